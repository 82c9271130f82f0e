"""The app package against Microsoft's schema of the manifest (tests/data/teams-manifest.schema.json, from the
MIT-licensed npm package @microsoft/app-manifest), and against what the program does."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from jsonschema import Draft4Validator
from PIL import Image

from bot.channels.offered import PROMPTS
from bot.channels.teams.package import package
from bot.cli import main
from handlers import router
from tests.fake_teams import APP

SCHEMA = json.loads((Path(__file__).parents[3] / "data" / "teams-manifest.schema.json").read_text("utf-8"))
LONG = "Gesellschaft für Partnerprogramme mit beschränkter Haftung"


@pytest.fixture(params=["Halden", LONG, "株式会社ハルデン"])
def archive(request):
    return ZipFile(BytesIO(package(APP, "https://www.halden.example", request.param)))


def test_the_manifest_is_valid_by_microsofts_schema(archive):
    made = json.loads(archive.read("manifest.json"))
    assert [error.message for error in Draft4Validator(SCHEMA).iter_errors(made)] == []
    assert made["$schema"].endswith(f"/v{made['manifestVersion']}/MicrosoftTeams.schema.json")
    assert made["id"] == made["bots"][0]["botId"] == made["composeExtensions"][0]["botId"] == APP


def test_the_icons_are_as_large_as_teams_wants_them(archive):
    made = json.loads(archive.read("manifest.json"))
    color, outline = (Image.open(BytesIO(archive.read(made["icons"][name]))) for name in ("color", "outline"))
    assert (color.size, color.format, outline.size, outline.format) == ((192, 192), "PNG", (32, 32), "PNG")
    seen = {pixel[:3] for pixel in outline.get_flattened_data() if pixel[3]}
    assert seen == {(255, 255, 255)}
    assert any(pixel[3] == 0 for pixel in outline.get_flattened_data())


def test_every_command_and_action_in_it_is_there(archive):
    made = json.loads(archive.read("manifest.json"))
    handled = {name for feature in router.FEATURES for name in feature.commands} | {"home"}
    assert {command["title"] for command in made["bots"][0]["commandLists"][0]["commands"]} <= handled
    shortcuts = {name for feature in router.FEATURES for name in feature.shortcuts}
    assert {command["id"] for command in made["composeExtensions"][0]["commands"]} == shortcuts
    assert PROMPTS


def test_the_same_package_is_the_same_file():
    assert package(APP, "https://a.example", "A") == package(APP, "https://a.example", "A")


def test_the_command_writes_it(tmp_path):
    out = tmp_path / "app.zip"
    said = CliRunner().invoke(main, ["teams", "manifest", "--out", str(out)], env={"CLIENT_ID": APP})
    assert said.exit_code == 0, said.output
    assert set(ZipFile(out).namelist()) == {"manifest.json", "color.png", "outline.png"}


@pytest.mark.parametrize("app", ["", "not a guid"])
def test_without_the_bots_id_it_says_what_to_do(tmp_path, app):
    said = CliRunner().invoke(main, ["teams", "manifest", "--out", str(tmp_path / "x")], env={"CLIENT_ID": app})
    assert said.exit_code == 1
    assert "CLIENT_ID" in said.output
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--website", "http://vendor.example"), "https://"), (("--website", "https://"), "https://"),
        (("--website", "https://[::1"), "https://"), (("--website", "https://v.example/" + "a" * 2_048), "https://"),
        (("--company", "  "), "--company"), (("--out", "nowhere/app.zip"), "cannot be written: No such"),
        (("--out", "."), "cannot be written: Is a directory"),
    ],
)  # fmt: skip
def test_what_teams_would_refuse_is_said_before_anything_is_written(tmp_path, monkeypatch, options, why):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["teams", "manifest", *options], env={"CLIENT_ID": APP})
    assert said.exit_code == 1
    assert isinstance(said.exception, SystemExit)
    assert why in said.output
    assert not list(tmp_path.iterdir())
