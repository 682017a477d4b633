"""Chinese letters come from this machine's fonts."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_server.client.device import DeviceError
from ticketing import fonts


@pytest.fixture(autouse=True)
def _forget() -> None:
    fonts.font.cache_clear()
    fonts._place.cache_clear()


def test_the_font_has_chinese_letters() -> None:
    """A letter that a font lacks is drawn as the same empty box as any other."""
    face = fonts.font(24)

    assert bytes(face.getmask("窗")) != bytes(face.getmask("口"))
    assert face.getlength("窗口") == pytest.approx(48, abs=2)


def test_without_fontconfig_the_usual_places_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert fonts.font(24).getlength("窗口") == pytest.approx(48, abs=2)


def test_without_any_font_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(fonts, "NOTO", str(tmp_path / "none"))
    monkeypatch.setattr(fonts, "MICRO_HEI", str(tmp_path / "none"))

    with pytest.raises(DeviceError, match="fonts-noto-cjk"):
        fonts.font(24)
