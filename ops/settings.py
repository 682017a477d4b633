"""Every setting, once: its name in the environment, its default, and what it is for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from queue_server.api.addresses import Addresses
from queue_server.archive.errors import Invalid
from queue_server.archive.terms import Retention
from queue_server.engine.cluster import is_cluster, seeds
from queue_server.engine.connection import Address


def _for(text: str) -> dict[str, str]:
    return {"help": text}


class BadSetting(ValueError):
    """A setting in the environment makes no sense; the text names it and the way out."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set. Each is read from `JIAOHAO_` and its name in capitals."""

    data: Path = field(default=Path("data"), metadata=_for("folder for everything that is kept"))
    host: str = field(
        default="127.0.0.1",
        metadata=_for("address the server listens on; 0.0.0.0 lets other machines in"),
    )
    port: int = field(default=8000, metadata=_for("port the server listens on"))
    redis: str = field(
        default="",
        metadata=_for(
            "redis://…, rediss://…, unix://… or, of a cluster, redis-cluster://host:port,host:port "
            "(TLS: rediss-cluster://…); empty: a private Redis"
        ),
    )
    jobs: str = field(
        default="",
        metadata=_for(
            "a Redis for jobs and whatever belongs to no tenant, needed beside a cluster; "
            "empty: the same Redis"
        ),
    )
    fsync: str = field(
        default="always",
        metadata=_for("how the private Redis syncs its log: always (safe) or everysec (faster)"),
    )
    database: str = field(
        default="",
        metadata=_for("postgresql+psycopg://… or sqlite:///…; empty: SQLite in the data folder"),
    )
    proxies: str = field(
        default="", metadata=_for("proxies whose X-Forwarded-For is believed, commas between")
    )
    origins: str = field(
        default="", metadata=_for("further origins whose pages may use a session, commas between")
    )
    address: str = field(
        default="",
        metadata=_for("where visitors' phones find the server; empty: as this machine does"),
    )
    devices: str = field(
        default="",
        metadata=_for(
            "file of this machine's devices, or none; empty: devices.yaml in the data folder"
        ),
    )
    hooks: str = field(
        default="",
        metadata=_for(
            "private networks that webhooks may go to (10.1.0.0/16), commas between; "
            "empty: only public addresses"
        ),
    )
    keep_days: int = field(
        default=400,
        metadata=_for(
            "so many days the log, the auditor's book and sign-ins are kept; 183 or more"
        ),
    )
    personal_days: int = field(
        default=30,
        metadata=_for("so many days what is about a visitor is kept; statistics stay"),
    )
    assume_days: int = field(
        default=0,
        metadata=_for(
            "after so many days a visit that nobody rated counts as fairly content, marked so; "
            "0: never"
        ),
    )
    log: str = field(
        default="info", metadata=_for("how much is logged: debug, info, warning or error")
    )

    @property
    def retention(self) -> Retention:
        """How long things are kept; raises `Invalid` where the law says otherwise."""
        return Retention(keep=self.keep_days, personal=self.personal_days)

    @property
    def database_url(self) -> str:
        """The database, SQLite in the data folder unless one is named."""
        return self.database or f"sqlite:///{self.data.resolve() / 'jiaohao.sqlite'}"

    @property
    def server(self) -> str:
        """Where programs on this machine find the server."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def public_address(self) -> str:
        """Where phones find the server."""
        return (self.address or self.server).rstrip("/")

    @property
    def devices_file(self) -> Path | None:
        """The file that says what hangs on this machine; None when nothing does."""
        if self.devices == "none":
            return None
        return Path(self.devices) if self.devices else self.data / "devices.yaml"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"JIAOHAO_{name.upper()}"


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings as the environment has them; raises `BadSetting`."""
    found: dict[str, Any] = {}
    for one in fields(Settings):
        text = environment.get(variable(one.name), "")
        if text:
            found[one.name] = _value(one.name, text)
    made = Settings(**found)
    try:
        made.retention  # noqa: B018  (it is refused here, and not at night when a purge begins)
    except Invalid as wrong:
        raise BadSetting(f"{variable(wrong.field)} {wrong.message}.") from wrong
    if is_cluster(made.redis) and not made.jobs:
        raise BadSetting(
            f"{variable('redis')} names a cluster, and jobs cannot be kept in one: name a Redis for"
            f" them in {variable('jobs')}"
        )
    return made


#: What makes sense of a setting's text; raises ValueError where there is none in it.
READERS: dict[str, Callable[[str], object]] = {
    "redis": seeds,
    "jobs": Address.parse,
    "proxies": lambda all_: Addresses(listed(all_)),
    "hooks": lambda all_: [ip_network(one) for one in listed(all_)],
}


def _value(name: str, text: str) -> Any:
    if name == "data":
        return Path(text)
    if name == "port":
        if not (text.isascii() and text.isdigit()) or not 0 <= int(text) <= 65535:
            raise BadSetting(f"{variable(name)} is {text!r}; it must be a port from 0 to 65535")
        return int(text)
    if name in ("keep_days", "personal_days", "assume_days"):
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            raise BadSetting(f"{variable(name)} is {text!r}; it must be a number of days")
        return int(text)
    if name in READERS:
        _well_formed(name, text, READERS[name])
    allowed = {"fsync": ("always", "everysec"), "log": ("debug", "info", "warning", "error")}
    if name in allowed and text not in allowed[name]:
        raise BadSetting(f"{variable(name)} is {text!r}; it must be {' or '.join(allowed[name])}")
    return text


def _well_formed(name: str, text: str, read_: Callable[[str], object]) -> None:
    try:
        read_(text)
    except ValueError as error:
        raise BadSetting(f"{variable(name)}: {error}") from error


def listed(text: str) -> tuple[str, ...]:
    """What stands between the commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def table(settings: Settings) -> list[tuple[str, str, str]]:
    """Every setting as (variable, value now, help)."""
    return [
        (variable(one.name), str(getattr(settings, one.name)), str(one.metadata["help"]))
        for one in fields(Settings)
    ]
