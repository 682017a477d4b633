"""Device addresses such as `sdt:///dev/ttyUSB0?baud=115200`: the parts, or what is wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)


class Address(NamedTuple):
    """A scheme, a path on this machine, and options."""

    scheme: str
    path: str
    options: dict[str, str]

    def baud(self, usual: int) -> int:
        """The baud rate; raises ValueError for one that no port has."""
        given = self.options.get("baud", str(usual))
        if not given.isascii() or not given.isdigit() or int(given) not in BAUDS:
            raise ValueError(f"{given!r} is no baud rate; usual are 9600 and 115200")
        return int(given)


def parse(url: str, forms: Mapping[str, tuple[str, ...]], examples: str) -> Address:
    """The parts of `url`. `forms` has the options of each scheme; raises ValueError."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme not in forms or parts.netloc or not parts.path.startswith("/"):
        raise ValueError(f"{url!r} is no such device; write {examples}")
    for option in options:
        if option not in forms[parts.scheme]:
            raise ValueError(f"{url!r}: there is no option {option!r}; write {examples}")
    return Address(parts.scheme, parts.path, options)
