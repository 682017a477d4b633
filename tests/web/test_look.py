"""The colours can be read: the contrast of every text with every ground it may stand on."""

from __future__ import annotations

import re

import pytest

from queue_server.web.site import WEB

TEXTS = ("ink", "muted", "accent", "good", "warn", "bad", "off")
GROUNDS = ("ground", "raised")
PAIRS = (
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    ("on-accent", "accent"),
    ("call", "call-ground"),
    ("call-beside", "call-ground"),
    ("flash", "flash-ground"),
)


def tokens(theme: str) -> dict[str, str]:
    """The tokens that hold in a theme, by name."""
    sheets = ["tokens.css"] + (["dark.css"] if theme == "dark" else [])
    text = "".join((WEB / "static" / sheet).read_text("utf-8") for sheet in sheets)
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", text))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    """At least 4.5, which is what small text needs."""
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_both_themes_have_the_same_colours() -> None:
    """dark.css replaces each colour of tokens.css, and adds none."""
    dark = re.findall(r"--([\w-]+): #", (WEB / "static" / "dark.css").read_text("utf-8"))
    assert sorted(dark) == sorted(tokens("light"))


def test_nothing_else_names_a_colour() -> None:
    """Whoever needs one takes a token."""
    root = WEB.parents[1]
    sheets = (*root.glob("*/static/*.css"), *root.glob("queue_server/*/static/*.css"))
    for sheet in sheets:
        if sheet.name in ("tokens.css", "dark.css"):
            continue
        assert not re.findall(
            r"#[0-9a-fA-F]{3,8}\b(?!.*{)|rgba?\(|hsla?\(", sheet.read_text("utf-8")
        )
