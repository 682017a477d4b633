"""The folder of recorded words."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.clip_set import BadClipSet, ClipSet, Manifest
from voice.languages import LANGUAGES
from voice.phrases import vocabulary


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    """And a set without one has the defaults."""
    clips = ClipSet(tmp_path)
    assert clips.manifest() == Manifest()

    clips.describe(Manifest("王女士", 44_100, 10, 300))

    assert clips.manifest() == Manifest("王女士", 44_100, 10, 300)


@pytest.mark.parametrize(
    "text", ["rate: fast", "rate: 1", "gap: -5", "- 1", "{", "rate: 22050\ngap: 1.5", "\x00"]
)
def test_a_bad_manifest_says_where(tmp_path: Path, text: str) -> None:
    """The file is named, whatever is in it."""
    (tmp_path / "set.yaml").write_text(text)

    with pytest.raises(BadClipSet, match=r"set\.yaml"):
        ClipSet(tmp_path).manifest()


def test_every_word_can_be_a_file() -> None:
    """No word of any language needs a name that a file cannot have; other text may."""
    clips = ClipSet(Path("set"))

    assert all(clips.clip(one.code, word) for one in LANGUAGES.values() for word in vocabulary(one))
    assert clips.clip("en", "../secret") is None
    assert clips.clip("en", "") is None
    assert clips.clip("en", "one hundred") == Path("set/en/one_hundred.wav")
