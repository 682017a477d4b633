"""Draw a slip: a picture for paper of so many dots, or lines of so many columns.

The picture is what a printer's raster mode burns, dot for dot; the lines are what a person reads
in a preview. What stands on the slip is decided elsewhere (`slips.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import qrcode
from PIL import Image, ImageDraw

from queue_server.client.fonts import font
from ticketing.printer import Paper
from ticketing.slips import Code, Mark, Part, Rule, Slip, Text
from ticketing.wrapping import columns, wrap

WHITE, BLACK = 255, 0
#: Grey edges of letters from here on (0 is black) stay white; lighter burns too thin.
THRESHOLD = 150


def draw(slip: Slip, paper: Paper) -> Image.Image:
    """The slip as a picture of 1-bit dots (black is 0), as wide as the paper prints."""
    strips = [_strip(part, paper) for part in slip.parts]
    margin = paper.em // 2
    height = sum(strip.height for strip in strips) + 2 * margin
    picture = Image.new("1", (paper.dots, height), WHITE)
    top = margin
    for strip in strips:
        picture.paste(strip, (0, top))
        top += strip.height
    return picture


def _strip(part: Part, paper: Paper) -> Image.Image:
    match part:
        case Text():
            return _text(part, paper)
        case Mark():
            return _mark(part, paper)
        case Code():
            return _code(part, paper)
        case Rule():
            return _rule(paper)


def _text(part: Text, paper: Paper) -> Image.Image:
    em = paper.em * part.size if not part.small else paper.em * 4 // 5
    face = font(em, bold=part.bold and not part.small)
    lines = wrap(part.words, paper.dots, face.getlength)
    pitch = em * 5 // 4
    strip = Image.new("L", (paper.dots, pitch * len(lines)), WHITE)
    pen = ImageDraw.Draw(strip)
    for at, line in enumerate(lines):
        left = (paper.dots - face.getlength(line)) / 2 if part.centred else 0
        # The line of writing lies so that neither accents nor tails are cut off.
        pen.text((left, at * pitch + em), line, BLACK, face, anchor="ls")
    return _dots(strip)


def _mark(part: Mark, paper: Paper) -> Image.Image:
    """White on black, as there is no other colour."""
    face = font(paper.em * 9 // 8, bold=True)
    lines = wrap(part.words, paper.dots - 2 * paper.em, face.getlength)
    pitch = paper.em * 7 // 4
    strip = Image.new("L", (paper.dots, pitch * len(lines) + paper.em // 4), WHITE)
    pen = ImageDraw.Draw(strip)
    wide = max(face.getlength(line) for line in lines) + paper.em
    middle = paper.dots / 2
    pen.rectangle((middle - wide / 2, 0, middle + wide / 2, pitch * len(lines)), BLACK)
    for at, line in enumerate(lines):
        pen.text((middle, at * pitch + pitch // 2), line, WHITE, face, anchor="mm")
    return _dots(strip)


def _rule(paper: Paper) -> Image.Image:
    strip = Image.new("1", (paper.dots, paper.em), WHITE)
    ImageDraw.Draw(strip).rectangle((0, paper.em // 2, paper.dots, paper.em // 2 + 1), BLACK)
    return strip


def _code(part: Code, paper: Paper) -> Image.Image:
    strip = Image.new("1", (paper.dots, code_dots(part, paper) * len(_modules(part))), WHITE)
    picture = _qr(part).resize((strip.height, strip.height), Image.Resampling.NEAREST)
    strip.paste(picture, ((paper.dots - strip.height) // 2, 0))
    return strip


def code_dots(code: Code, paper: Paper) -> int:
    """How many dots a module of the QR code takes: 3 (0.4 mm) to 8, in two thirds of the width."""
    return max(3, min(8, paper.dots * 2 // 3 // len(_modules(code))))


def _qr(code: Code) -> Image.Image:
    modules = _modules(code)
    picture = Image.new("1", (len(modules), len(modules)))
    picture.putdata([BLACK if dark else WHITE for row in modules for dark in row])
    return picture


def _modules(code: Code) -> list[list[bool]]:
    """The QR code with its quiet zone, which a phone needs to find it."""
    qr = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    qr.add_data(code.data)
    modules: list[list[bool]] = qr.get_matrix()
    return modules


def _dots(grey: Image.Image) -> Image.Image:
    return grey.point([BLACK] * THRESHOLD + [WHITE] * (256 - THRESHOLD), "1")


def lines(slip: Slip, paper: Paper) -> list[str]:
    """The slip as plain lines of at most `paper.columns` columns."""
    return [line for part in slip.parts for line in _lines(part, paper.columns)]


def _lines(part: Part, room: int) -> Iterator[str]:
    match part:
        case Text(words, centred=centred):
            for line in wrap(words, room, columns):
                yield _centred(line, room) if centred else line
        case Mark(words):
            for line in wrap(f"【{words}】", room, columns):
                yield _centred(line, room)
        case Rule():
            yield "-" * room
        case Code(data):
            yield from wrap(data, room, columns)


def _centred(line: str, room: int) -> str:
    return " " * ((room - columns(line)) // 2) + line
