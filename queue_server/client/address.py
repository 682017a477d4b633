"""Device addresses such as `sdt:///dev/ttyUSB0?baud=9600`: what one names, or what is wrong in it.

Pure. An edge says which kinds of devices it has; how a URL is read is said here, once: scheme,
place, path, and options that must each be known, be given once and be within their limits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

#: What serial ports can be set to.
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)

_WHOLE = re.compile(r"-?[0-9]{1,9}|0x[0-9A-Fa-f]{1,8}")

Made = TypeVar("Made")


class BadAddress(ValueError):
    """An address that names nothing: it is quoted, with what is wrong and the forms there are."""


def resolve(
    url: str, what: str, forms: Sequence[str], kinds: Mapping[str, Callable[[Address], Made]]
) -> Made:
    """What `url` names (a printer, a panel: `what`), made by the kind that its scheme says.

    A kind reads the address and may raise ValueError. Raises `BadAddress`.
    """
    try:
        address = Address(url)
        if address.scheme not in kinds:
            raise ValueError(f"there is no such {what}")
        made = kinds[address.scheme](address)
        address.all_read()
    except BadAddress:
        # Of an address within this one: it says everything already.
        raise
    except ValueError as wrong:
        raise BadAddress(f"{url!r}: {wrong}. A {what} is one of: {'  '.join(forms)}") from None
    return made


class Address:
    """A URL in its parts, percent-decoded. An option is taken by whoever reads it.

    Every method raises ValueError for what it does not find as it should be.
    """

    def __init__(self, url: str) -> None:
        if "#" in url:
            raise ValueError("a # is written %23")
        if "\0" in unquote(url):
            raise ValueError("no name holds a zero byte")
        self._parts = urlsplit(url)
        self._path = unquote(self._parts.path)
        pairs = parse_qsl(self._parts.query, keep_blank_values=True)
        self._options = dict(pairs)
        if len(self._options) < len(pairs):
            raise ValueError("an option is given twice")

    @property
    def scheme(self) -> str:
        """What stands before the colon."""
        return self._parts.scheme

    def place(self) -> str:
        """What stands behind the two slashes, with no path after it; may be empty."""
        if self._path.strip("/"):
            raise ValueError(f"no path comes after {self.scheme}://{self._parts.netloc}")
        return unquote(self._parts.netloc)

    def nothing(self) -> None:
        """Neither place nor path."""
        if self.place():
            raise ValueError(f"nothing stands behind {self.scheme}:")

    def host(self, *, needed: bool = True) -> str:
        """The host; empty when there is none and none is `needed`."""
        host = self.place() and self._parts.hostname
        if needed and not host:
            raise ValueError("the host is missing")
        return host or ""

    def port(self, usual: int) -> int:
        """The port behind the host."""
        return self._parts.port or usual

    def path(self, *, relative: bool = False) -> Path:
        """A path on this machine: from its root, or (`relative`) from the folder we run in."""
        rooted = relative or self._path.startswith("/")
        if self._parts.netloc or not rooted or not self._path.strip("/"):
            raise ValueError(f"{self.scheme}:// needs three slashes and a path")
        return Path(self._path)

    def number(self, name: str, usual: int, least: int, most: int) -> int:
        """A whole number, decimal or 0x…, within its limits."""
        text = self.text(name, str(usual))
        value = int(text, 16 if "x" in text else 10) if _WHOLE.fullmatch(text) else None
        if value is None or not least <= value <= most:
            raise ValueError(f"{name} must be a whole number from {least} to {most}, not {text!r}")
        return value

    def decimal(self, name: str, usual: float, least: float, most: float) -> float:
        """A number within its limits."""
        text = self.text(name, str(usual))
        try:
            value = float(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise ValueError(f"{name} must be a number from {least} to {most}, not {text!r}")
        return value

    def choice(self, name: str, usual: str, *others: str) -> str:
        """One of these words."""
        known = dict.fromkeys((usual, *others))
        text = self.text(name, usual)
        if text not in known:
            raise ValueError(f"{name} must be {' or '.join(known)}, not {text!r}")
        return text

    def flag(self, name: str, usual: bool) -> bool:
        """`yes` or `no`."""
        return self.choice(name, *(("yes", "no") if usual else ("no", "yes"))) == "yes"

    def baud(self, usual: int) -> int:
        """The speed of a serial line."""
        return int(self.choice("baud", str(usual), *map(str, BAUDS)))

    def text(self, name: str, usual: str = "") -> str:
        """Anything."""
        return self._options.pop(name, usual)

    def texts(self, name: str) -> dict[str, str]:
        """An option and its kinds: `voice=a&voice.en=b` is a for "" and b for "en"."""
        found = [one for one in self._options if one.partition(".")[0] == name]
        return {one.partition(".")[2]: self._options.pop(one) for one in found}

    def all_read(self) -> None:
        """Nothing was given that nobody asked for."""
        if self._options:
            raise ValueError(f"there is no option {', '.join(sorted(self._options))}")
