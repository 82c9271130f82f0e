"""Bring the stored articles of one source to what the source says now."""

import hashlib
from collections.abc import Callable

from sqlmodel import Session

from indexer.passages import passages
from indexer.sources import Reading
from knowledge import store
from knowledge.draft import Draft


def sync(session: Session, source: str, reading: Reading, progress: Callable[[int, int], None]) -> store.Counts:
    """Only what changed is written. What is broken in the source stays as it was; what is gone from it goes."""
    stored = store.hashes(session, source)
    counts = store.Counts()
    for number, (key, draft) in enumerate(reading.drafts.items(), start=1):
        article_id, content_hash = stored.get(key, (None, ""))
        if content_hash == draft.content_hash:
            counts.unchanged += 1
        else:
            store.save(session, source, draft, parts(draft), article_id)
            counts.changed += article_id is not None
            counts.added += article_id is None
        progress(number, len(reading.drafts))
    gone = stored.keys() - reading.drafts.keys() - reading.broken if reading.complete else set()
    if gone:
        store.remove(session, [stored[key][0] for key in gone])
    counts.removed = len(gone)
    if counts.added or counts.changed or counts.removed:
        store.renew(session)
    return counts


def parts(draft: Draft) -> list[store.Part]:
    return [
        store.Part(
            digest=hashlib.sha256(f"{piece.section}\n{piece.text}".encode()).hexdigest()[:32],
            section=piece.section,
            text=piece.text,
        )
        for piece in passages(draft.title, draft.body)
    ]
