"""Settings: each declared once, read from the environment, refused in a sentence."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from ops.settings import BadSetting, Settings, read, table, variable


def test_nothing_set_is_a_hall_on_this_machine() -> None:
    """The defaults: port 8000, seen from this machine only, a private Redis that loses nothing."""
    found = read({})

    assert found == Settings()
    assert (found.host, found.port, found.redis, found.fsync) == ("127.0.0.1", 8000, "", "always")
    assert found.server == "http://127.0.0.1:8000"


def test_every_setting_can_be_set() -> None:
    """Each from `JIAOHAO_` and its name."""
    values = {
        "data": "/srv/hall",
        "host": "0.0.0.0",
        "port": "9000",
        "redis": "redis://10.0.0.1:6379/2",
        "jobs": "redis://10.0.0.2:6379",
        "fsync": "everysec",
        "database": "postgresql+psycopg://hall@db/hall",
        "proxies": "10.0.0.0/8, unix",
        "origins": "https://hall.example",
        "address": "https://hall.example",
        "devices": "/etc/jiaohao/devices.yaml",
        "hooks": "10.1.0.0/16",
        "keep_days": "183",
        "personal_days": "7",
        "assume_days": "7",
        "log": "debug",
    }
    assert set(values) == {one.name for one in fields(Settings)}

    found = read({variable(name): value for name, value in values.items()})

    assert {name: str(getattr(found, name)) for name in values} == values
    assert found.database_url == values["database"]


def test_an_empty_variable_is_not_set() -> None:
    """As an env file with nothing behind the equals sign has it."""
    assert read({"JIAOHAO_PORT": "", "JIAOHAO_DATA": ""}) == Settings()


@pytest.mark.parametrize("port", ["-1", "65536", "8000.5", "http", " ", "²", "8_000", "+80"])
def test_a_port_is_a_port(port: str) -> None:
    """Anything else is refused, by name and with what it must be."""
    with pytest.raises(BadSetting, match=r"JIAOHAO_PORT is .* from 0 to 65535"):
        read({"JIAOHAO_PORT": port})


@pytest.mark.parametrize(
    ("name", "days", "told"),
    [
        ("keep_days", "182", r"JIAOHAO_KEEP_DAYS is 182; it must be 183 or more.*网络安全法"),
        ("keep_days", "-1", "JIAOHAO_KEEP_DAYS is '-1'; it must be a number"),
        ("personal_days", "0", "JIAOHAO_PERSONAL_DAYS is 0; it must be 1 to 400"),
        ("personal_days", "a month", "JIAOHAO_PERSONAL_DAYS is 'a month'; it must be a number"),
    ],
)
def test_what_the_law_wants_kept_is_kept(name: str, days: str, told: str) -> None:
    """A shorter term is refused at the start, in a sentence."""
    with pytest.raises(BadSetting, match=told):
        read({variable(name): days})


@pytest.mark.parametrize(("name", "ways"), [("fsync", "always or everysec"), ("log", "debug or")])
def test_a_choice_is_one_of_them(name: str, ways: str) -> None:
    """`sometimes` is no way to sync, and no way to log."""
    with pytest.raises(BadSetting, match=rf"JIAOHAO_{name.upper()} is 'sometimes'.*{ways}"):
        read({variable(name): "sometimes"})


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost", "redis"])
def test_redis_is_an_address(url: str) -> None:
    """A URL that names no Redis is refused when it is read, not when it is used."""
    with pytest.raises(BadSetting, match="JIAOHAO_REDIS"):
        read({"JIAOHAO_REDIS": url})


def test_a_proxy_is_an_address_or_a_network() -> None:
    """A host name would be believed from nowhere."""
    with pytest.raises(BadSetting, match="JIAOHAO_PROXIES"):
        read({"JIAOHAO_PROXIES": "10.0.0.1, nginx.local"})


def test_the_database_is_in_the_data_folder(tmp_path: Path) -> None:
    """Unless another one is named."""
    assert Settings(data=tmp_path).database_url == f"sqlite:///{tmp_path}/jiaohao.sqlite"


@pytest.mark.parametrize(
    ("host", "server"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("10.1.2.3", "http://10.1.2.3:8000"),
    ],
)
def test_where_programs_here_find_the_server(host: str, server: str) -> None:
    """`every address` is not an address to ask at."""
    assert Settings(host=host).server == server


def test_the_table_tells_all() -> None:
    """One row for each: the variable, its value now, and what it is for."""
    rows = table(read({"JIAOHAO_PORT": "81"}))

    assert [row[0] for row in rows] == [variable(one.name) for one in fields(Settings)]
    assert ("JIAOHAO_PORT", "81") in [row[:2] for row in rows]
    assert all(row[2] for row in rows)


def test_a_cluster_needs_a_redis_for_its_jobs() -> None:
    """The library that keeps the jobs cannot spread them: the sentence says what to set."""
    cluster = {"JIAOHAO_REDIS": "redis-cluster://10.0.0.1:7000,10.0.0.2:7000"}

    with pytest.raises(BadSetting, match="JIAOHAO_JOBS"):
        read(cluster)

    jobs = {"JIAOHAO_JOBS": "redis://10.0.0.4"}
    assert read(cluster | jobs).jobs == "redis://10.0.0.4"


@pytest.mark.parametrize("url", ["redis-cluster://", "redis-cluster://h:x", "http://h"])
def test_a_cluster_is_named_by_its_nodes(url: str) -> None:
    """Whatever else stands there is refused by name."""
    with pytest.raises(BadSetting, match="JIAOHAO_REDIS"):
        read({"JIAOHAO_REDIS": url, "JIAOHAO_JOBS": "redis://h"})
