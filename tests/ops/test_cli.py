"""The `jiaohao` command as an IT person types it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ops import edges
from ops.cli import COMMANDS, found
from ops.running import DEVICES
from queue_server.archive.configuration import Configuration
from tests.installation import Installation, installed


@pytest.fixture(scope="module")
def town() -> Iterator[Installation]:
    """Nothing runs here; the sample hall is made by the first command that needs one."""
    with installed() as made:
        made.token()
        yield made


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    with installed() as made:
        yield made.start().ready()


def refused(town: Installation, *words: str, stdin: str = "") -> str:
    """What it says on the error stream when it says no: a sentence, never a traceback."""
    told = town.do(*words, stdin=stdin)
    assert told.returncode != 0, told.stdout
    assert told.stdout == ""
    return told.stderr


def well(town: Installation, *words: str, stdin: str = "") -> str:
    """What it prints when all is well."""
    told = town.do(*words, stdin=stdin)
    assert told.returncode == 0, told.stderr
    return told.stdout


# --- before a command is typed


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name: str) -> None:
    """Of itself, in the first sentence of its own help."""
    own = " ".join(str(found(name).help).partition("\n\n")[0].split())
    assert own == COMMANDS[name].says


def test_the_list_needs_no_database() -> None:
    """Whoever types `--help`, or a wrong word, does not wait for what he did not ask for."""
    heavy = ("sqlalchemy", "alembic", "redis", "starlette", "PIL")
    program = f"import sys, ops.cli; print(*(one for one in {heavy} if one in sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert told.stdout.split() == []


def test_every_sort_of_device_can_be_run_by_itself() -> None:
    """Those that have edges are those that the command knows."""
    assert set(DEVICES) == set(edges.PARTS)


# --- tokens


def test_a_token_and_nothing_else(running: Installation) -> None:
    """One line, which opens the door at once, while the server runs."""
    told = running.say("token", "--hall", "demo", "--role", "kiosk")
    token = told.stdout.strip()

    answer = httpx.post(
        f"{running.url}/api/v1/halls/demo/take",
        json={"service": "511F09014002"},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )

    assert (told.returncode, told.stderr, told.stdout.count("\n")) == (0, "", 1)
    assert token.startswith("jh_")
    assert answer.status_code == 200


def test_a_token_before_anything_runs(town: Installation) -> None:
    """In a new folder too: the same one line."""
    told = town.do("token", "--hall", "demo", "--role", "clerk", "--window", "3")

    assert (told.returncode, told.stderr, told.stdout.count("\n")) == (0, "", 1)


def test_an_unknown_role_or_hall(town: Installation) -> None:
    """Says which there are."""
    role = refused(town, "token", "--hall", "demo", "--role", "king")
    hall = refused(town, "token", "--hall", "nowhere", "--role", "kiosk")

    assert "'king'" in role
    assert "kiosk" in role
    assert "'nowhere'" in hall
    assert "demo" in hall


def test_a_token_for_an_unknown_window(town: Installation) -> None:
    """A clerk at window 99 could never do anything."""
    assert "99" in refused(town, "token", "--hall", "demo", "--role", "clerk", "--window", "99")


# --- halls


def test_a_hall_goes_out_and_comes_back(town: Installation, tmp_path: Path) -> None:
    """Exported, imported, exported: the same file, and no new version for the same plan."""
    file = tmp_path / "hall.yaml"
    printed = well(town, "hall", "export", "demo")
    well(town, "hall", "export", "demo", str(file))

    told = well(town, "hall", "import", str(file))

    assert file.read_text("utf-8") == printed
    assert well(town, "hall", "export", "demo") == printed
    assert "demo is published as version 1." in told


def test_a_hall_comes_in_by_standard_input(town: Installation) -> None:
    """Under another name it is another hall."""
    text = well(town, "hall", "export", "demo").replace("hall: demo", "hall: second")

    told = well(town, "hall", "import", "-", stdin=text)

    assert "second is published as version 1." in told
    listed = well(town, "hall", "list")
    assert "demo" in listed
    assert "second" in listed


def test_a_bad_file_is_told_line_by_line(town: Installation) -> None:
    """Every mistake with its line, in one go, and nothing is published."""
    good = well(town, "hall", "export", "demo")
    bad = (
        good.replace("closing: wait", "closing: never")
        .replace("ceiling: 60 min", "ceiling: soon")
        .replace("prefix: B", "prefix: b", 1)
    )

    told = refused(town, "hall", "import", "-", stdin=bad)

    for part in ("closing: never", "ceiling: soon", "prefix: b"):
        line = next(n for n, text in enumerate(bad.splitlines(), 1) if part in text)
        assert f"line {line}:" in told
    assert well(town, "hall", "export", "demo") == good


def test_a_file_that_is_not_there_or_not_text(town: Installation, tmp_path: Path) -> None:
    """Says which file, and what is the matter."""
    binary = tmp_path / "picture.yaml"
    binary.write_bytes(b"\xff\xd8\xff\xe0")

    assert "gone.yaml" in refused(town, "hall", "import", str(tmp_path / "gone.yaml"))
    assert "picture.yaml" in refused(town, "hall", "import", str(binary))


def test_a_place_that_cannot_be_written(town: Installation) -> None:
    """A sentence, not a traceback."""
    assert "/nowhere" in refused(town, "hall", "export", "demo", "/nowhere/hall.yaml")


def test_no_such_hall(town: Installation) -> None:
    """Exporting and auditing say so in the same words."""
    assert "nowhere" in refused(town, "hall", "export", "nowhere")
    told = refused(town, "audit", "--hall", "nowhere")
    assert told.count("nowhere") == 1


# --- people


def test_a_person_signs_in(running: Installation) -> None:
    """Added with a role, she can sign in at once; a second role needs no second person."""
    said = well(
        running, "user", "add", "wang", "--role", "clerk", "--hall", "demo",
        "--password", "a long enough sentence",
    )  # fmt: skip
    more = well(
        running, "user", "add", "wang", "--role", "manager", "--hall", "demo",
        "--password", "a long enough sentence",
    )  # fmt: skip

    assert "wang is clerk in demo." in said
    assert "wang is manager in demo." in more


def test_a_person_who_cannot_be_added_is_not_half_there(town: Installation) -> None:
    """The hall does not exist: no person without a role is left behind."""
    words = ("user", "add", "li", "--role", "clerk", "--password", "a long enough sentence")
    refused(town, *words, "--hall", "nowhere")

    known = Configuration(f"sqlite:///{town.data}/jiaohao.sqlite")
    try:
        assert "li" not in {person.name for person in known.people.people()}
    finally:
        known.close()


def test_a_person_with_a_wrong_role_or_a_weak_password(town: Installation) -> None:
    """Each is refused with what would do."""
    assert "manager" in refused(
        town, "user", "add", "li", "--role", "kiosk", "--password", "x" * 20
    )
    assert "password" in refused(town, "user", "add", "li", "--role", "clerk", "--password", "123")


# --- looking at it


def test_settings_are_shown(town: Installation) -> None:
    """Every variable, with its value."""
    said = well(town, "settings")

    assert "JIAOHAO_FSYNC" in said
    assert str(town.port) in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JIAOHAO_PORT", "high"),
        ("JIAOHAO_FSYNC", "never"),
        ("JIAOHAO_REDIS", "localhost:6379"),
        ("JIAOHAO_DATABASE", "mysql://db"),
        ("JIAOHAO_DATA", "/dev/null/data"),
        ("JIAOHAO_DATABASE", "postgresql+psycopg://nobody@127.0.0.1:9/none"),
    ],
)
def test_a_setting_that_makes_no_sense(variable: str, value: str) -> None:
    """A sentence before anything starts."""
    with installed(**{variable: value}) as made:
        told = made.say("run")

    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert len(told.stderr.strip().splitlines()) <= 3


def test_the_audit_of_a_day(running: Installation) -> None:
    """Of the day that goes on, next to the server; and the sentence when there is none."""
    assert "Everything holds." in well(running, "audit")
    assert "1999-01-01" in refused(running, "audit", "--day", "1999-01-01")


def test_the_audit_when_nothing_has_happened(town: Installation) -> None:
    """The hall was never opened: said as it is, once."""
    told = refused(town, "audit")

    assert "has not been opened yet" in told
    assert "there is no" not in told


def test_a_check_while_it_runs(running: Installation) -> None:
    """All is well: disk, SQL, Redis and its log, the clock, the server."""
    said = well(running, "check")

    for what in ("disk", "SQL", "Redis", "clock", "server"):
        assert what in said
    assert "not running" not in said


def test_a_check_while_nothing_runs(town: Installation) -> None:
    """Redis is started for the look, and stopped again."""
    said = well(town, "check")

    assert "not running at" in said
    assert not town.redis.alive


def test_a_check_that_finds_no_redis() -> None:
    """What is wrong is said, with exit code 1; the other looks are taken all the same."""
    with installed(JIAOHAO_REDIS="redis://127.0.0.1:9") as made:
        told = made.do("check")

    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "Redis does not answer" in told.stdout
    assert "SQL" in told.stdout


def test_help_for_whoever_types_nothing(town: Installation) -> None:
    """Every command with its sentence."""
    told = town.do()

    for word in ("run", "settings", "token", "user", "hall", "audit", "check", "simulate"):
        assert word in told.stdout + told.stderr
