"""Slips as the bytes that ESC/POS printers understand (Epson, "ESC/POS Command Reference").

Raster mode burns the drawn picture (GS v 0) and asks nothing of the printer's fonts; text mode
sends GB18030 between FS & and FS ., with the QR code made by the printer (GS ( k).
"""

from __future__ import annotations

from collections.abc import Iterator

from escpos.constants import ESC, FS, GS, HW_INIT, QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image

from ticketing.drawing import code_dots, draw
from ticketing.printer import Paper
from ticketing.slips import SPOIL, Code, Mark, Part, Rule, Slip, Text
from ticketing.wrapping import columns, wrap

#: A picture goes out in bands this high (dots), so that little is in the pipe when it breaks.
BAND = 64
INVERTED = bytes(range(255, -1, -1))
#: ESC @, and no unasked reports (GS a 0), which would look like answers.
BEGIN: bytes = HW_INIT + GS + b"a\x00"
#: GS V 66 0: feed to the knife and cut.
CUT: bytes = GS + b"VB\x00"
#: GS r 1: answered with a byte when everything before it has been processed.
ASK: bytes = GS + b"r\x01"
#: NUL prints nothing, and completes a command that waits for more.
FILLER = bytes(64)
CHINESE: bytes = FS + b"&"
END_CHINESE: bytes = FS + b"."


def body(slip: Slip, paper: Paper, *, text: bool) -> bytes:
    """All of a slip, but not its cut."""
    return BEGIN + b"".join(_written(slip, paper) if text else _burnt(draw(slip, paper)))


def spoilt(paper: Paper, *, text: bool) -> bytes:
    """Finish whatever command was cut short, write 作废 over what is on paper, and cut it off."""
    band = bytes(paper.dots // 8 * BAND)
    return band + FILLER + body(SPOIL, paper, text=text) + CUT


def _burnt(picture: Image.Image) -> Iterator[bytes]:
    """GS v 0 0 xL xH yL yH, then 8 dots a byte, the leftmost highest; 1 burns."""
    for top in range(0, picture.height, BAND):
        band = picture.crop((0, top, picture.width, min(top + BAND, picture.height)))
        size = (band.width // 8).to_bytes(2, "little") + band.height.to_bytes(2, "little")
        yield GS + b"v0\x00" + size + band.tobytes().translate(INVERTED)


def _written(slip: Slip, paper: Paper) -> Iterator[bytes]:
    for part in slip.parts:
        yield _part(part, paper)


def _part(part: Part, paper: Paper) -> bytes:
    match part:
        case Text(words, size, bold, centred):
            return _styled(wrap(words, paper.columns // size, columns), size, bold, centred)
        case Mark(words):
            return _styled(wrap(f"【{words}】", paper.columns, columns), 1, True, True)
        case Rule():
            return _styled(["-" * paper.columns], 1, False, False)
        case Code():
            return _align(True) + _qr(part, paper) + b"\n" + _align(False)


def _styled(lines: list[str], size: int, bold: bool, centred: bool) -> bytes:
    """GS ! sets the size: columns in the upper half, rows in the lower; ESC E makes it bold."""
    style: bytes = GS + b"!" + bytes([(size - 1) * 0x11]) + ESC + b"E" + bytes([bold])
    return (
        _align(centred)
        + style
        + b"".join(CHINESE + line.encode("gb18030") + END_CHINESE + b"\n" for line in lines)
    )


def _align(centred: bool) -> bytes:
    command: bytes = ESC + b"a" + bytes([centred])
    return command


def _qr(code: Code, paper: Paper) -> bytes:
    maker = Dummy()
    maker.qr(code.data, ec=QR_ECLEVEL_M, size=code_dots(code, paper), native=True)
    made: bytes = maker.output
    return made
