"""What the pages say is so: settings, commands, links, the tree, dependencies."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.cli import main
from bot.settings import Settings, read_settings
from tests.docs import parity, settings
from tests.docs.pages import ROOT, anchors, code, links, pages, tracked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize(
    ("file", "made", "command"),
    [
        ("docs/settings.md", settings.page, "python -m tests.docs.settings > docs/settings.md"),
        (".env.example", settings.env, "python -m tests.docs.settings --env > .env.example"),
        ("docs/parity.md", parity.page, "python -m tests.docs.parity > docs/parity.md"),
    ],
)
def test_a_page_that_is_made_is_as_it_would_be_made_now(file, made, command):
    assert (ROOT / file).read_text("utf-8") == made(), f"{file} is stale; run: {command}"


def test_every_setting_has_a_description():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_each_default_is_shown_as_one_would_write_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in settings.fields():
        monkeypatch.delenv(name, raising=False)
    written = re.sub(r"^# (?=[A-Z_]+=)", "", (ROOT / ".env.example").read_text("utf-8"), flags=re.M)
    (tmp_path / ".env").write_text(written, "utf-8")
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert read_settings() == Settings.model_validate(defaults)


# Commands


def commands(group: click.Group, path: tuple[str, ...] = ("portal",)) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


ALL_COMMANDS = dict(commands(main))


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_every_command_and_option_is_in_the_operators_page(name):
    rows = [line for line in (ROOT / "docs/operations.md").read_text("utf-8").splitlines() if f"`{name}" in line]
    assert rows, f"docs/operations.md does not mention {name}"
    for option in ALL_COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert any(option.opts[0] in row for row in rows), f"docs/operations.md: {name} {option.opts[0]} is missing"


def mentioned() -> list[tuple[str, str]]:
    """Every ``portal ...`` in a page, in the Procfile, and in the sentences that the program itself says."""
    found = [(page.relative_to(ROOT).as_posix(), line) for page in pages() for line in code(page)]
    found += [("Procfile", line.partition(": ")[2]) for line in (ROOT / "Procfile").read_text("utf-8").splitlines()]
    for source in ("bot", "handlers", "knowledge", "indexer"):
        for path in (ROOT / source).rglob("*.py"):
            spans = re.findall(r"`([^`\n{]+)`", path.read_text("utf-8"))
            found += [(path.relative_to(ROOT).as_posix(), span) for span in spans]
    calls = [(file, re.sub(r"^(\$ )?([A-Z_]+=\S+\s+)*", "", line.strip())) for file, line in found]
    return sorted({(file, line) for file, line in calls if re.match(r"portal\s", line)})


@pytest.mark.parametrize(("file", "line"), mentioned())
def test_every_command_that_is_mentioned_exists(file, line):
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        if name == "COMMAND":
            return
        assert name in command.commands, f"{file}: `{line}`: there is no {name}"
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts} | {"-h", "--help"}
    used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert used <= known, f"{file}: `{line}`: there is no {used - known}"


def test_the_processes_of_the_procfile_are_commands_of_the_program():
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines())
    assert set(lines) == {"release", "web", "worker"}
    for line in lines.values():
        program, name, *arguments = shlex.split(line)
        assert program in PROJECT["scripts"]
        main.commands[name].make_context(name, arguments)


def test_every_make_target_that_is_mentioned_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for page in pages():
        for line in code(page):
            for target in re.findall(r"\bmake ([a-z-]+)", line):
                assert target in targets, f"{page.name}: make {target}"


# Links and paths


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    for link in links(page):
        target, _, anchor = link.partition("#")
        if target.startswith(("https://", "http://")):
            continue
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in anchors(found), f"{page.name}: {link} names no heading"


def test_every_decision_has_its_own_number():
    names = sorted(path.name for path in (ROOT / "docs/decisions").glob("*.md"))
    numbers = [name[:4] for name in names]
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in names)
    assert len(set(numbers)) == len(numbers)


def tree() -> set[Path]:
    """The paths of the tree in ARCHITECTURE.md: a line names one or more, below the folder that is indented less."""
    block = re.search(r"```\n(bot/.*?)```", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.S)
    assert block
    above: list[tuple[int, Path]] = []
    found: set[Path] = set()
    for line in block[1].splitlines():
        indent = len(line) - len(line.lstrip())
        above = [(depth, folder) for depth, folder in above if depth < indent]
        parent = above[-1][1] if above else Path()
        for word in line.split():
            if not re.fullmatch(r"[\w.]+(/|\.py)", word):
                break
            found.add(parent / word)
            if word.endswith("/"):
                above.append((indent, parent / word))
    return found


def test_the_tree_is_true():
    assert [path.as_posix() for path in sorted(tree()) if not (ROOT / path).exists()] == []


def test_the_tree_names_every_package_and_module():
    ours = [path for package in ("bot", "handlers", "knowledge", "indexer") for path in (ROOT / package).iterdir()]
    ours += list((ROOT / "bot/channels").iterdir())
    real = {
        path.relative_to(ROOT)
        for path in ours
        if path.name not in ("__init__.py", "__pycache__") and (path.suffix == ".py" or path.is_dir())
    }
    assert sorted(path.as_posix() for path in real - tree()) == []


def test_the_sentence_of_the_house_stands_where_it_is_looked_for():
    said = "bot drives, handlers decide, knowledge knows, indexer builds what knowledge reads; nothing points back"
    assert f"{said}." in (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert said in (ROOT / "pyproject.toml").read_text("utf-8")


# Dependencies

PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|0BSD|PSF|Python Software|Zlib|CC0|BSL-1\.0|CNRI|LLVM|Unlicense|Historical Permission", re.I
)
COPYLEFT = re.compile(r"GPL|EUPL|SSPL|CDDL|\bEPL|Commons Clause|Proprietary", re.I)
MOZILLA = {"certifi", "hypothesis", "pathspec", "tqdm"}


def direct() -> list[str]:
    everything = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    return [canonicalize_name(Requirement(line).name) for line in everything]


def installed() -> set[str]:
    """What is installed for us: our dependencies, theirs, and so on."""
    found: set[str] = set()
    waiting = direct()
    while waiting:
        name = waiting.pop()
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another platform
        if name not in found:
            found.add(name)
            wanted = [Requirement(line) for line in needs]
            waiting += [canonicalize_name(need.name) for need in wanted if not need.marker or need.marker.evaluate()]
    return found


def licence(name: str) -> str:
    about = metadata.metadata(name)
    classified = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    stated = about.get("License-Expression") or " ".join(classified)
    return stated or (about.get("License") or "")[:100]


@pytest.mark.parametrize("name", direct())
def test_every_dependency_is_explained(name):
    table = (ROOT / "docs/dependencies.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    explained = {canonicalize_name(row[0]): row for row in rows}
    assert name in explained, f"docs/dependencies.md does not name {name}"
    assert len(explained[name]) == 3
    assert all(explained[name])


def test_no_row_explains_what_is_not_used():
    table = (ROOT / "docs/dependencies.md").read_text("utf-8")
    named = {canonicalize_name(name) for name in re.findall(r"^\| ([A-Za-z][\w.-]+) \|", table, re.M)} - {"package"}
    assert named == set(direct())


@pytest.mark.parametrize("name", sorted(installed()))
def test_every_installed_licence_is_permissive(name):
    stated = licence(name)
    assert not COPYLEFT.search(stated), f"{name}: {stated}"
    if "MPL" in stated or "Mozilla" in stated:
        assert name in MOZILLA, f"{name}: {stated}"
    else:
        assert PERMISSIVE.search(stated), f"{name}: {stated or 'states no licence'}"


# What must not be in any file

LEAKS = {
    "a path of somebody's machine": re.compile("/(?:wo" + r"rk|root|home/\w+|Users/\w+)/"),
    "a package registry": re.compile(
        "(?:files" + r"\.pythonhosted|pypi\.org/simple|registry\.npmjs|--(?:extra-)?index-url)"
    ),
    "a token": re.compile("xox" + r"[abprs]-\d{9,}-|xapp-\d-[A-Z0-9]{9,}-|AKIA[0-9A-Z]{16}"),
    "a private key": re.compile("-----BEGIN" + r" [A-Z ]*PRIVATE KEY"),
}


@pytest.mark.parametrize("what", LEAKS)
def test_no_file_holds(what):
    found = []
    for path in tracked():
        if path.suffix in (".png", ".ico", ".xlsx") or path.name in (".env", ".git"):  # a worktree has a file .git
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if LEAKS[what].search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert found == []
