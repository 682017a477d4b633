"""Speakers by URL."""

from __future__ import annotations

import pytest

from voice.speaker import Speaker
from voice.speakers import speaker
from voice.speakers.file import File
from voice.speakers.silent import Silent
from voice.speakers.system import System


@pytest.mark.parametrize(
    ("url", "kind", "alone"),
    [
        ("system:", System, True),
        ("system://plughw:0,0", System, True),
        ("file:///srv/said", File, False),
        ("file:said?pace=0.5", File, False),
        ("file:///srv/said?pace=0&keep=200", File, False),
        ("none:", Silent, False),
        ("none:?pace=0", Silent, False),
    ],
)
def test_each_form(url: str, kind: type[Speaker], alone: bool) -> None:
    """Every form that is documented is understood; only a sound card plays one at a time."""
    made = speaker(url)

    assert isinstance(made, kind)
    assert made.alone is alone


@pytest.mark.parametrize(
    "url",
    [
        "",
        "loud:",
        "file:",
        "file://host/x",
        "file:///x?keep=some",
        "none:?pace=fast",
        "none:?pace=-1",
        "none:?keep=1",
        "none:?x=1",
        "system:/dev/dsp",
    ],
)
def test_a_bad_url_names_the_forms(url: str) -> None:
    """Whoever writes one wrong is told how it is written."""
    with pytest.raises(ValueError, match=r"A speaker is one of: system:  .*  none:"):
        speaker(url)
