"""Pictures in cards: small enough for every platform, whatever is written in them."""

import random
import string
import subprocess
import sys
from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image
from pydantic import ValidationError

from handlers.charts import MOST_BARS, TONES, Bar, bars
from handlers.ui import MAX_PICTURE, Card, Picture, Text


def drawn(picture):
    return Image.open(BytesIO(picture.file)).convert("RGB")


def colours(image, top, bottom):
    part = image.crop((0, top, image.width, bottom))
    return {f"#{red:02x}{green:02x}{blue:02x}": number for number, (red, green, blue) in part.getcolors(100_000)}


def test_a_bar_is_as_long_as_its_share():
    picture = bars([Bar("Full", "all", 1.0, "good"), Bar("Half", "half", 0.5, "good"), Bar("None", "0", 0.0, "good")])
    image = drawn(picture)
    height = image.height // 3
    full, half, none = (colours(image, height * row, height * (row + 1)).get(TONES["good"], 0) for row in range(3))
    assert half == pytest.approx(full / 2, rel=0.03)
    assert none == 0


def test_a_tone_is_a_colour_of_its_own():
    for tone, colour in TONES.items():
        image = drawn(bars([Bar("One", "1", 0.5, tone)]))
        assert colours(image, 0, image.height)[colour] > 1_000


def test_the_words_that_stand_for_it_say_what_it_shows():
    picture = bars([Bar("Vault خبير", "23 days", 0.2), Bar("Lens", "lapsed", 0)], "Certificates")
    assert picture.alt == "Certificates: Vault خبير: 23 days; Lens: lapsed"
    assert Card(body=(Text(text="Yours"), picture)).plain() == f"Yours\n{picture.alt}"


def test_it_fits_whatever_is_written_in_it():
    some, letters = random.Random(7), string.ascii_letters + string.digits + "@&%#"
    for share in (-1.0, 0.4, 99.0):
        rows = [
            Bar("".join(some.choices(letters, k=300)), "".join(some.choices(letters, k=300)), share)
            for _ in range(MOST_BARS)
        ]
        picture = bars(rows)
        assert len(picture.png) <= MAX_PICTURE
        assert len(picture.alt) <= 1_000


@pytest.mark.parametrize("label", ["شهادة", "ヴォルト認定", "🏅", "", " \n ", "\x00\u202e"])
def test_any_script_can_be_drawn(label):
    assert drawn(bars([Bar(label, label, 0.5)])).width > 0


def test_the_same_numbers_make_the_same_picture():
    rows = [Bar("One", "1", 0.5)]
    assert bars(rows) == bars(rows)


@pytest.mark.parametrize("number", [0, MOST_BARS + 1])
def test_there_is_something_to_draw_and_room_for_it(number):
    with pytest.raises(ValueError, match="1 to"):
        bars([Bar("One", "1", 0.5)] * number)


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"GIF89a", b""])
def test_a_picture_is_a_png(content):
    with pytest.raises(ValidationError):
        Picture(png=b64encode(content).decode(), alt="A chart")


def test_a_card_has_one_picture():
    picture = bars([Bar("One", "1", 0.5)])
    with pytest.raises(ValidationError, match="at most one picture"):
        Card(body=(picture, picture))


def test_who_draws_nothing_loads_no_drawing_library():
    code = "import sys, handlers.charts, handlers.router; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
