"""Where a Redis is, as a setting names it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Address:
    """Where Redis is, from `redis://`, `rediss://` or `unix://` (with `?db=` or `/db`)."""

    path: str = ""
    host: str = "127.0.0.1"
    port: int = 6379
    username: str = ""
    password: str = ""
    database: int = 0
    tls: bool = False

    @classmethod
    def parse(cls, url: str) -> Address:
        """The address a URL names; raises ValueError when it names none."""
        parts = urlsplit(url)
        if parts.scheme not in ("redis", "rediss", "unix"):
            raise ValueError(f"{url!r} is not redis://…, rediss://… or unix://…")
        database = parse_qs(parts.query).get("db", [""])[0]
        if parts.scheme != "unix":
            database = parts.path.strip("/") or database
        return cls(
            path=unquote(parts.path) if parts.scheme == "unix" else "",
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 6379,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=int(database or 0),
            tls=parts.scheme == "rediss",
        )
