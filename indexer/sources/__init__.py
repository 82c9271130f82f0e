"""From files to articles."""

from pathlib import Path

from indexer.sources.faq_csv import read_csv
from indexer.sources.jsonl import read_jsonl
from indexer.sources.markdown import SUFFIXES, read_file, read_folder
from indexer.sources.reading import Problem, Reading

__all__ = ["Problem", "Reading", "read"]


def read(path: Path) -> Reading:
    """Read a folder of Markdown, one Markdown file, a CSV of FAQs or a kb.jsonl. ValueError for anything else."""
    if path.is_dir():
        return read_folder(path)
    if not path.exists():
        raise ValueError(f"There is no file or folder {path}.")
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return read_csv(path)
    if suffix in (".jsonl", ".ndjson"):
        return read_jsonl(path)
    if suffix in SUFFIXES:
        reading = Reading()
        read_file(path, path.name, path.stem, reading)
        return reading
    raise ValueError(f"{path.name} is no folder, .md, .csv or .jsonl: articles are imported from those.")
