"""The shipped systemd units, environment files, Redis configuration and compose file."""

from __future__ import annotations

import os
import re
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops import settings
from ops.edges import PARTS
from queue_server.engine.private_redis import executable
from tests.installation import free_port, installed, wait_until
from tests.ops.deploy.proxied import SHIPPED, replaced

UNITS = SHIPPED / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
PROGRAM = "/opt/jiaohao/.venv/bin/jiaohao"


def variables(name: str) -> dict[str, str]:
    """What an environment file sets, its commented examples too."""
    text = (SHIPPED / name).read_text("utf-8")
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", text, re.MULTILINE))


def service(path: Path) -> dict[str, str]:
    """The section of a unit that says how it runs; of a name said twice, the last."""
    parser = RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path, "utf-8")
    return dict(parser["Service"])


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    """The installed program is not here; /bin/true stands for it."""
    names = []
    for path in (*SERVICES, *UNITS.glob("*.target")):
        text = path.read_text("utf-8")
        name = path.name.replace("@", "@8001")
        if path in SERVICES:
            text = replaced(text, {PROGRAM: "/bin/true"})
        (tmp_path / name).write_text(text, "utf-8")
        names.append(name)

    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    assert [line for line in told.stderr.splitlines() if "jiaohao" in line] == []


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_no_unit_may_do_more_than_it_must(path: Path) -> None:
    """systemd's own judgement, of 100 (everything is allowed); and it never gives up."""
    subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(path)],
        check=True,
        capture_output=True,
    )
    assert service(path)["Restart"] == "always"
    assert "StartLimitIntervalSec=0" in path.read_text("utf-8")


def test_every_part_that_can_be_run_alone_has_a_unit() -> None:
    """`jiaohao run server|worker|…`, as the command knows them."""
    run = {service(path)["ExecStart"].split()[2] for path in SERVICES}
    assert run == {"server", "worker", *PARTS}


def test_every_setting_stands_in_the_environment_file() -> None:
    """With a value that the program takes, and nothing else; each file has what its units use."""
    told = variables("jiaohao.env")
    assert set(told) == {name for name, _, _ in settings.table(settings.Settings())}
    settings.read(told)
    used = {
        name for path in SERVICES for name in re.findall(r"\$\{(\w+)\}", path.read_text("utf-8"))
    }
    assert used == {"SERVER", "HALL"} <= set(variables("devices.env"))


def test_redis_keeps_everything_with_the_shipped_configuration(tmp_path: Path) -> None:
    """`jiaohao check` is content with it."""
    port = free_port()
    redis = subprocess.Popen(
        [executable(), SHIPPED / "redis" / "jiaohao.conf", "--port", str(port), "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )
    try:
        with installed(JIAOHAO_REDIS=f"redis://127.0.0.1:{port}") as made:
            wait_until(lambda: made.do("check").returncode == 0, "all is well")
            told = made.do("check").stdout
    finally:
        redis.terminate()
        redis.wait()
    assert "every write is on disk before it is answered" in told


def compose() -> dict[str, Any]:
    """The compose file, with what it takes from elsewhere put in."""
    found: dict[str, Any] = yaml.safe_load((SHIPPED / "compose.yaml").read_text("utf-8"))
    return found


def test_every_file_that_containers_are_given_is_there() -> None:
    """But for the certificate, which is the house's."""
    for one in compose()["services"].values():
        for volume in one.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("./") and not source.startswith("./tls/"):
                assert (SHIPPED / source).is_file(), source
            elif not source.startswith("."):
                assert source in compose()["volumes"], source


def test_containers_are_told_settings_that_there_are() -> None:
    """And wait only for one another."""
    services = compose()["services"]
    known = {name for name, _, _ in settings.table(settings.Settings())}
    for one in services.values():
        ours = {name for name in one.get("environment", {}) if name.startswith("JIAOHAO_")}
        assert ours <= known
        assert set(one.get("depends_on", ())) <= set(services)


def test_nginx_finds_the_servers_and_is_believed_by_them() -> None:
    """Each name in its list is a container, on the port that the image listens on, and its address
    is the one that the servers believe."""
    services = compose()["services"]
    listed = (SHIPPED / "nginx" / "jiaohao-servers.compose.conf").read_text("utf-8")
    servers = {name for name in services if name.startswith("server-")}
    assert set(re.findall(r"server (\S+):8000 ", listed)) == servers
    address = services["nginx"]["networks"]["hall"]["ipv4_address"]
    assert services["server-1"]["environment"]["JIAOHAO_PROXIES"] == address
    # Beside the names it is the list that is tested in front of real processes.
    plain = (SHIPPED / "nginx" / "jiaohao-servers.conf").read_text("utf-8")
    said = [
        [line.split(maxsplit=2)[-1] for line in text.splitlines() if line.startswith("    ")]
        for text in (plain, listed)
    ]
    assert said[0] == said[1]


def test_the_image_is_made_of_everything_that_is_installed() -> None:
    """Each package that the wheel has, and what the builder may see of it."""
    root = SHIPPED.parents[1]
    told = (SHIPPED / "Dockerfile").read_text("utf-8")
    seen = (SHIPPED / "Dockerfile.dockerignore").read_text("utf-8")
    packages = re.search(
        r"^packages = \[(.*)\]$", (root / "pyproject.toml").read_text("utf-8"), re.M
    )
    assert packages
    for name in re.findall(r'"(\w+)"', packages[1]):
        assert f"COPY {name} {name}\n" in told
        assert f"!{name}\n" in seen
