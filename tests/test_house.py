"""Rules of the house that neither ruff, mypy nor the import contracts can keep."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from handlers.router import FEATURES

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "knowledge", "indexer")
MOST_LINES = 300
LONG = 25  # lines; one function in twenty may have more
MIGRATIONS = ROOT / "bot/migrations/versions"
MAY_CATCH_EVERYTHING = {
    "bot/channels/slack/door.py",
    "bot/channels/listener.py",
    "bot/channels/teams/invokes.py",
    "bot/channels/web/guard.py",
    "bot/workers.py",
    "bot/scheduler.py",
    "bot/writer.py",
}
"""The edges: what fails there has nobody else to be told to."""
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call))


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Module and names of every import."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom):
            yield node.module or "", tuple(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)


# Layout


def test_the_package_of_the_handlers_is_empty():
    """What it imported would be imported before every handler, and so in a circle."""
    assert (ROOT / "handlers/__init__.py").read_text("utf-8") == ""


def test_the_router_imports_manifests_only():
    features = {feature.name for feature in FEATURES}
    of_features = [
        (module, names)
        for module, names in imports(ROOT / "handlers/router.py")
        if module.startswith("handlers.") and module.split(".")[1] in features
    ]
    assert {module for module, _ in of_features} == {f"handlers.{feature}" for feature in features}
    assert all(names == ("feature",) for _, names in of_features)


def test_a_feature_is_called_as_its_folder():
    rooms = [
        path for name in ("dialog.py", "dialog/", "schedules.py") for path in (ROOT / "handlers").glob(f"*/{name}")
    ]
    folders = {path.parent.name for path in rooms}
    assert folders == {feature.name for feature in FEATURES}


# Size


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=name)
def test_no_file_is_too_long_to_be_read(path):
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


def test_functions_are_short():
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules(*PACKAGES)
        if MIGRATIONS not in path.parents
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[int(0.95 * len(lengths))] <= LONG


# What a function needs is in its signature


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=name)
def test_only_the_store_s_clock_is_asked_for_the_time(path):
    """A model's default may be the time of its making, and so may a backup's name; everything else is told what time it
    is, by the clock that all machines share."""
    if path.name == "models.py" or name(path) in ("bot/moment.py", "bot/database.py"):
        return
    asked = [
        call.lineno
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and (call.func.value.id, call.func.attr) in CLOCKS
    ]
    assert asked == []


@pytest.mark.parametrize("path", modules("handlers", "knowledge", "indexer"), ids=name)
def test_nothing_below_bot_reads_the_environment(path):
    read = [
        node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("os", "environ"), ("os", "getenv"), ("os", "putenv")}
    ]
    read += [0 for module, names in imports(path) if module == "os" and {"environ", "getenv"} & set(names)]
    assert read == []


@pytest.mark.parametrize("path", modules("handlers", "knowledge", "indexer"), ids=name)
def test_nothing_below_bot_commits(path):
    """One turn, one transaction, committed at the edge."""
    assert [
        call.lineno for call in calls(path) if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ] == []


# Errors


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=name)
def test_everything_is_caught_at_the_edge_only(path):
    broad = [
        node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & {part.id for part in _names(node.type)})
    ]
    assert not broad or name(path) in MAY_CATCH_EVERYTHING, f"lines {broad}"


def _names(caught: ast.expr) -> list[ast.Name]:
    return [node for node in ast.walk(caught) if isinstance(node, ast.Name)]


# One feature names another only by an action's name, and every name leads somewhere


def said(argument: str, *makers: str) -> dict[str, str]:
    """Every literal given as ``argument`` to one of these makers in the handlers, or under that key in a dict for one
    of them, with where it stands."""
    found: dict[str, str] = {}
    for path in modules("handlers"):
        for call in calls(path):
            if _maker(call) in makers:
                for value in _values(call, argument):
                    assert isinstance(value, ast.Constant), f"{name(path)}:{value.lineno}: write the name out"
                    found[str(value.value)] = f"{name(path)}:{value.lineno}"
    return found


def _maker(call: ast.Call) -> str:
    """``Button`` for Button(...) and for Button.model_validate({...})."""
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "model_validate":
        function = function.value
    return function.id if isinstance(function, ast.Name) else ""


def _values(call: ast.Call, argument: str) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in call.keywords if keyword.arg == argument)
    for given in call.args:
        if isinstance(given, ast.Dict):
            pairs = zip(given.keys, given.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == argument)


ACTIONS = {action for feature in FEATURES for action in feature.actions}
FORMS = {form for feature in FEATURES for form in feature.forms}


def test_every_button_leads_to_an_action():
    shown = said("action", "Button")
    assert len(shown) >= 5
    assert {action: where for action, where in shown.items() if action not in ACTIONS} == {}


def test_every_action_has_a_button():
    assert ACTIONS - set(said("action", "Button")) == set()


def test_every_form_leads_to_its_handler():
    shown = said("name", "Form")
    assert shown
    assert {form: where for form, where in shown.items() if form not in FORMS} == {}
    assert FORMS - set(shown) == set()


def test_the_actions_that_a_card_is_stripped_of_exist():
    stripped = {
        str(value.value)
        for path in modules("handlers")
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "without"
        for value in call.args
        if isinstance(value, ast.Constant)
    }
    assert stripped
    assert stripped <= ACTIONS


def test_an_action_is_named_after_its_feature_and_belongs_to_one():
    for feature in FEATURES:
        assert all(action.startswith(f"{feature.name}.") for action in (*feature.actions, *feature.forms))
        assert feature.undo <= feature.actions.keys()
    commands = [command for feature in FEATURES for command in feature.commands]
    assert len(set(commands)) == len(commands)
