"""Chinese letters come from this machine's fonts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.client import fonts
from queue_server.client.device import DeviceError
from tests.client.programs import first_in_path, program


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    """What one test found is nothing to the next."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    fonts.font.cache_clear()
    fonts._place.cache_clear()


@pytest.mark.parametrize("bold", [False, True])
def test_the_font_has_chinese_letters(bold: bool) -> None:
    """A letter that a font lacks is drawn as the same empty box as any other."""
    face = fonts.font(24, bold=bold)

    assert bytes(face.getmask("窗")) != bytes(face.getmask("口"))
    assert face.getlength("窗口") == pytest.approx(48, abs=2)


def test_without_fontconfig_the_usual_places_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert fonts.font(24).getlength("窗口") == pytest.approx(48, abs=2)


@pytest.mark.parametrize("script", ["exit 1", "echo", "printf '/etc/passwd\\n0\\nen|de'"])
def test_a_fontconfig_without_chinese_is_not_believed(
    script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It always names some font; the usual places are tried then, too."""
    program(tmp_path / "bin", "fc-match", script)
    first_in_path(monkeypatch, tmp_path / "bin")

    assert fonts.font(24).getlength("窗口") == pytest.approx(48, abs=2)


def test_without_any_font_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(fonts, "PLACES", ())

    with pytest.raises(DeviceError, match="install fonts-noto-cjk"):
        fonts.font(24)


def test_a_font_file_that_is_none_is_trouble(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is named, so that somebody can look at it."""
    (tmp_path / "font.ttc").write_text("no font")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(fonts, "PLACES", ((str(tmp_path / "font.ttc"), 0),))

    with pytest.raises(DeviceError, match=r"font\.ttc"):
        fonts.font(24)
