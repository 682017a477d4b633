"""Find an open Chinese font on this machine.

fontconfig knows them; where it is missing, the places where Debian and Ubuntu put them are tried.
"""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from queue_server.client.device import DeviceError

NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc"
MICRO_HEI = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
#: Face 2 of the Noto collection is the one for simplified Chinese.
SIMPLIFIED = 2
MISSING = "没有中文字体 (no Chinese font): install fonts-noto-cjk or fonts-wqy-microhei"


@lru_cache(maxsize=32)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """A sans-serif Chinese font, `size` dots high; raises DeviceError when there is none."""
    path, face = _place(bold)
    try:
        return ImageFont.truetype(path, size, index=face)
    except OSError as error:
        raise DeviceError(f"{MISSING} ({path}: {error})") from error


@lru_cache(maxsize=2)
def _place(bold: bool) -> tuple[str, int]:
    """The file and the face in it."""
    weight = "Bold" if bold else "Regular"
    places = (_matched(weight), (NOTO.format(weight=weight), SIMPLIFIED), (MICRO_HEI, 0))
    for place in places:
        if place and Path(place[0]).is_file():
            return place
    raise DeviceError(MISSING)


def _matched(weight: str) -> tuple[str, int] | None:
    """What fontconfig recommends, if it knows Chinese: without such a font it names any other."""
    question = ["fc-match", "-f", "%{file}\n%{index}\n%{lang}", f"sans-serif:lang=zh-cn:{weight}"]
    try:
        told = subprocess.run(question, capture_output=True, timeout=10, text=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    path, index, languages = told.stdout.split("\n")[:3]
    # The upper half of the index names an instance of a variable font.
    return (path, int(index) & 0xFFFF) if "zh-cn" in languages.split("|") else None
