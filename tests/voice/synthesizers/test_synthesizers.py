"""Synthesizers by URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.synthesizer import Synthesizer
from voice.synthesizers import synthesizer
from voice.synthesizers.chime import ChimeOnly
from voice.synthesizers.clips import Clips
from voice.synthesizers.engine import Engine


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("clips:///srv/voice", Clips),
        ("clips:voice?missing=espeak:?rate=150", Clips),
        ("espeak:", Engine),
        ("espeak:?rate=150&voice=yue&voice.en=en-us&limit=2.5", Engine),
        ("pyttsx3:?voice=en-gb", Engine),
        ("chime:", ChimeOnly),
    ],
)
def test_each_form(url: str, kind: type[Synthesizer], tmp_path: Path) -> None:
    """Every form that is documented is understood."""
    assert isinstance(synthesizer(url, tmp_path), kind)


def test_voices_and_numbers(tmp_path: Path) -> None:
    """What a URL says of an engine arrives there."""
    made = synthesizer("espeak:?rate=150&voice=yue&voice.en=en-us&limit=2.5", tmp_path)

    assert isinstance(made, Engine)
    assert (made.voices, made.rate, made.limit) == ({"": "yue", "en": "en-us"}, 150, 2.5)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "festival:",
        "clips:",
        "clips://host/folder",
        "clips:///x?missing=festival:",
        "espeak:?rate=fast",
        "espeak:?rate=5",
        "espeak:?limit=0",
        "espeak:?speed=5",
        "espeak://host",
        "chime:?loud=1",
    ],
)
def test_a_bad_url_names_the_forms(url: str, tmp_path: Path) -> None:
    """Whoever writes one wrong is told how it is written."""
    with pytest.raises(ValueError, match=r"A synthesizer is one of: clips:///folder  .*  chime:"):
        synthesizer(url, tmp_path)
