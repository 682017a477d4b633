"""Find an open Chinese font on this machine, for slips and for LED strips.

fontconfig knows them; where it is missing, the places where Debian and Ubuntu put them are tried.
"""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from queue_server.client.device import DeviceError

#: Files by weight, and the face in each: that of the Noto collection for simplified Chinese is 2.
PLACES = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
)
MISSING = "没有中文字体 (no Chinese font): install fonts-noto-cjk or fonts-wqy-microhei"


@lru_cache(maxsize=32)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """A sans-serif Chinese font, `size` pixels high; raises DeviceError when there is none."""
    path, face = _place(bold)
    try:
        return ImageFont.truetype(path, size, index=face)
    except OSError as error:
        raise DeviceError(f"{MISSING} ({path}: {error})") from error


@lru_cache(maxsize=2)
def _place(bold: bool) -> tuple[str, int]:
    """The file and the face in it."""
    weight = "Bold" if bold else "Regular"
    known = ((path.format(weight=weight), face) for path, face in PLACES)
    for place in (_matched(weight), *known):
        if place and Path(place[0]).is_file():
            return place
    raise DeviceError(MISSING)


def _matched(weight: str) -> tuple[str, int] | None:
    """What fontconfig recommends, if it knows Chinese: without such a font it names any other."""
    question = ["fc-match", "-f", "%{file}\n%{index}\n%{lang}", f"sans-serif:lang=zh-cn:{weight}"]
    try:
        told = subprocess.run(question, capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    path, index, languages = [*os.fsdecode(told.stdout).split("\n"), "", ""][:3]
    if "zh-cn" not in languages.split("|") or not index.isdigit():
        return None
    # The upper half of the index names an instance of a variable font.
    return path, int(index) & 0xFFFF
