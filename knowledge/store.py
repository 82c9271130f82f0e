"""Every query on articles. Nothing here commits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import bindparam, delete, func, insert
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from knowledge.audience import Audience, Reader
from knowledge.base import insert_into
from knowledge.draft import Draft
from knowledge.models import Article, Edition, Passage, Phrasing

NO_BODY = defer(col(Article.body), raiseload=True)  # type: ignore[arg-type] # SQLModel types it too widely
"""People are shown passages; the body they were cut from may have megabytes."""

SHOWN = col(Article.archived_on).is_(None)
BATCH = 500  # ids in one statement; databases bound the number of parameters


@dataclass(frozen=True, slots=True)
class Part:
    """A passage to be stored."""

    digest: str
    section: str
    text: str


LONGEST_PART = 800  # characters


def paragraphs(text: str) -> list[Part]:
    """What was written here: paragraphs together, up to about a passage's length."""
    pieces: list[str] = []
    for paragraph in filter(str.strip, text.split("\n\n")):
        if pieces and len(pieces[-1]) + len(paragraph) < LONGEST_PART:
            pieces[-1] += f"\n\n{paragraph.strip()}"
        else:
            pieces.append(paragraph.strip())
    return [Part(digest=sha256(f"\n{piece}".encode()).hexdigest()[:32], section="", text=piece) for piece in pieces]


@dataclass(slots=True)
class Counts:
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


def hashes(session: Session, source: str) -> dict[str, tuple[int, str]]:
    """Id and content hash of what a source gave so far, by key."""
    rows = session.exec(select(Article.key, Article.id, Article.content_hash).where(Article.source == source))
    return {key: (article_id, content_hash) for key, article_id, content_hash in rows if article_id is not None}


def edition(session: Session) -> str:
    """Which state of the articles this is; "" where nothing was ever written."""
    return session.exec(select(Edition.token)).first() or ""


def renew(session: Session) -> None:
    """Articles, phrasings or passages have changed: an index of them is out of date from the commit on. Called last,
    since others who change articles wait from here to the commit."""
    token = uuid4().hex
    stated = insert_into(Edition, session.connection().dialect.name).values(id=1, token=token)
    session.execute(stated.on_conflict_do_update(index_elements=["id"], set_={"token": token}))


def save(session: Session, source: str, draft: Draft, parts: Sequence[Part], article_id: int | None) -> None:
    """Add an article, or bring the stored one (``article_id``) to what the draft states."""
    fields = draft.model_dump(exclude={"phrasings", "audience"}) | {
        "audience": draft.audience.model_dump(mode="json"),
        "content_hash": draft.content_hash,
    }
    article = session.get(Article, article_id) if article_id else None
    if article is None:
        article = Article(source=source, **fields)
        session.add(article)
        session.flush()
    else:
        article.sqlmodel_update(fields)
        _drop_details(session, [article_id])
    _add_details(session, article.id, draft.phrasings, parts)


def _add_details(session: Session, article_id: int | None, phrasings: Iterable[str], parts: Sequence[Part]) -> None:
    asked = [{"article_id": article_id, "text": text} for text in phrasings]
    if asked:
        session.execute(insert(Phrasing), asked)
    unique = {part.digest: part for part in parts}
    rows = [
        {
            "article_id": article_id,
            "digest": part.digest,
            "position": position,
            "section": part.section,
            "text": part.text,
        }
        for position, part in enumerate(unique.values())
    ]
    if rows:
        session.execute(insert(Passage), rows)


def remove(session: Session, article_ids: Sequence[int]) -> None:
    for start in range(0, len(article_ids), BATCH):
        batch = article_ids[start : start + BATCH]
        _drop_details(session, batch)
        session.execute(delete(Article).where(col(Article.id).in_(batch)))


def _drop_details(session: Session, article_ids: Sequence[int | None]) -> None:
    for table in (Phrasing, Passage):
        session.execute(delete(table).where(col(table.article_id).in_(article_ids)))


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Article)).one()


def everything(session: Session) -> Iterator[tuple[Article, list[str], list[Passage]]]:
    """All articles that are shown, with their phrasings and passages, in a fixed order."""
    phrasings: dict[int, list[str]] = {}
    for phrasing in session.exec(select(Phrasing).order_by(col(Phrasing.id))):
        phrasings.setdefault(phrasing.article_id, []).append(phrasing.text)
    passages: dict[int, list[Passage]] = {}
    for passage in session.exec(select(Passage).order_by(col(Passage.article_id), col(Passage.position))):
        passages.setdefault(passage.article_id, []).append(passage)
    for article in session.exec(select(Article).where(SHOWN).order_by(col(Article.id)).options(NO_BODY)):
        assert article.id is not None
        yield article, phrasings.get(article.id, []), passages.get(article.id, [])


def by_id(session: Session, article_id: int, reader: Reader) -> Article | None:
    """The article, if this reader may see it."""
    article = session.exec(select(Article).where(Article.id == article_id, SHOWN).options(NO_BODY)).first()
    return article if article and article.for_whom.admits(reader) else None


_FOUND = select(Article).where(col(Article.id).in_(bindparam("ids", expanding=True)), SHOWN).options(NO_BODY)


def found(session: Session, article_ids: Sequence[int], reader: Reader) -> dict[int, Article]:
    """Of these, the articles that are still there and that this reader may see now."""
    rows = session.exec(_FOUND, params={"ids": article_ids})
    return {article.id: article for article in rows if article.id is not None and article.for_whom.admits(reader)}


_PASSAGE = select(Passage).where(Passage.article_id == bindparam("article"), Passage.digest == bindparam("named"))


def passage(session: Session, article_id: int, digest: str) -> Passage | None:
    return session.exec(_PASSAGE, params={"article": article_id, "named": digest}).first()


def first_passage(session: Session, article_id: int) -> Passage | None:
    rows = select(Passage).where(Passage.article_id == article_id).order_by(col(Passage.position)).limit(1)
    return session.exec(rows).first()


def categories(session: Session, reader: Reader) -> dict[str, int]:
    """The needs, with the number of articles this reader may see under each; the fullest first."""
    counts: dict[str, int] = {}
    rows = session.exec(select(Article.category, Article.audience).where(col(Article.category).is_not(None), SHOWN))
    for category, audience in rows:
        if category and Audience.model_validate(audience).admits(reader):
            counts[category] = counts.get(category, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def in_category(session: Session, category: str, reader: Reader) -> list[Article]:
    rows = session.exec(
        select(Article)
        .where(Article.category == category, SHOWN)
        .order_by(Article.title, col(Article.id))
        .options(NO_BODY)
    )
    return [article for article in rows if article.for_whom.admits(reader)]


def listing(session: Session, today: date, owners: frozenset[str], overdue: bool, orphaned: bool) -> list[Article]:
    """All articles, or only those past their review date, or only those without an owner among ``owners``."""
    rows = session.exec(select(Article).order_by(Article.source, Article.key).options(NO_BODY))
    return [
        article
        for article in rows
        if (not overdue or article.overdue(today)) and (not orphaned or (article.owner or "") not in owners)
    ]


def passages(session: Session, article_id: int) -> list[Passage]:
    return list(session.exec(select(Passage).where(Passage.article_id == article_id).order_by(col(Passage.position))))


def of_owner(session: Session, owner: str | None) -> list[Article]:
    """What is shown, of this owner (in small letters; None: of everybody); what was verified last is last."""
    owned = select(Article).where(SHOWN)
    if owner is not None:
        owned = owned.where(func.lower(Article.owner) == owner)
    return list(session.exec(owned.order_by(col(Article.verified_on).nulls_first(), col(Article.id)).options(NO_BODY)))


def locked(session: Session, article_id: int) -> Article | None:
    """The article whether it is shown or not, for those who look after it."""
    return session.exec(select(Article).where(Article.id == article_id).with_for_update()).first()


def rewrite(session: Session, article: Article, title: str, body: str, today: date) -> None:
    """Another text for an article that was written here; it counts as verified."""
    phrasings = session.exec(select(Phrasing.text).where(Phrasing.article_id == article.id)).all()
    fields = {name: getattr(article, name) for name in Draft.model_fields if hasattr(article, name)}
    fields |= {"title": title, "body": body, "verified_on": today, "phrasings": list(phrasings)}
    save(session, article.source, Draft.model_validate(fields), paragraphs(body), article.id)
    renew(session)


def archive(session: Session, article: Article, on: date | None) -> None:
    """From now on nobody is shown it; ``on`` None: everybody is again."""
    if (article.archived_on is None) != (on is None):
        article.archived_on = on
        renew(session)
