"""The file of a machine's devices: what it may say, and how a mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops import devices, edges
from ops.sample_hall import sample_hall
from ops.settings import BadSetting, Settings
from tests.installation import untouched


def written(folder: Path, text: str) -> Path:
    file = folder / "devices.yaml"
    file.write_text(text, "utf-8")
    return file


def mistake(folder: Path, text: str) -> str:
    """What is said of this file, before anything is opened."""
    with pytest.raises(BadSetting) as told:
        edges.named(Settings(data=folder, devices=str(written(folder, text))), None)
    return str(told.value)


MISTAKES = {
    "a word nobody knows": (
        "panels: {strip-1: {url: 'text:///tmp/a', colour: red}}",
        "panels/strip-1/colour: Extra inputs are not permitted",
    ),
    "a table nobody knows": ("printer: {}", "printer: Extra inputs are not permitted"),
    "no URL": ("printers: {printer-1: {sources: [kiosk]}}", "printers/printer-1/url: Field req"),
    "what cannot be shown": (
        "panels: {strip-1: {url: 'text:///tmp/a', shows: 'lane:a'}}",
        "panels/strip-1/shows: String should match pattern",
    ),
    "a name with a blank": (
        "voices: {my voice: {}}",
        "voices/my voice/[key]: String should match pattern",
    ),
    "a number that is too large": (
        "readers: {r: {url: 'keyboard:///dev/null', green_age: 600}}",
        "readers/r/green_age: Input should be less than or equal to 150",
    ),
    "one name for two": (
        "printers: {one: {url: 'preview:///tmp/a'}}\nvoices: {one: {}}",
        "file: Value error, one is the name of two devices",
    ),
    "a list where a table belongs": ("- printers", "file: Input should be a valid dict"),
    "a device without settings": ("printers: {printer-1: }", "printers/printer-1: Input should"),
    "no printer": ("printers: {p: {url: 'smoke://signals'}}", "p: 'smoke://signals'"),
    "no panel": ("panels: {p: {url: 'text://'}}", "p: 'text://'"),
    "no reader": ("readers: {r: {url: 'crystal:///ball'}}", "r: 'crystal:///ball'"),
    "no line of callers": (
        "callers: {c: {url: 'rs486:///dev/x', windows: {1: '1'}}}",
        "c: 'rs486:///dev/x'",
    ),
    "no speaker": ("voices: {v: {speaker: 'shout:'}}", "v: 'shout:'"),
    "no speaker in one zone": ("voices: {v: {speakers: {a: 'shout:'}}}", "v: 'shout:'"),
    "no synthesizer": ("voices: {v: {synthesizer: 'parrot:'}}", "v: 'parrot:'"),
    "no timetable": ("voices: {v: {volume: 'loud'}}", "v: 'loud'"),
}


@pytest.mark.parametrize(("text", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    """The file, the place in it, and what is wrong there; in one line."""
    told = mistake(tmp_path, text)

    assert told.startswith(f"{tmp_path / 'devices.yaml'}: ")
    assert said in told
    assert "\n" not in told
    assert "pydantic" not in told


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    """Whoever mends the file mends it once."""
    told = mistake(tmp_path, "port: 99999\nvoices: {v: {repeats: 9}}\npanels: {s: {}}")

    assert [place in told for place in ("port: ", "voices/v/repeats: ", "panels/s/url: ")] == [
        True
    ] * 3


@pytest.mark.parametrize("text", ["voices: [", "a: b: c", "\tx", "printers: {a: 1, a"])
def test_what_is_no_yaml_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    """The parser's own words say where."""
    told = mistake(tmp_path, text)

    assert "cannot be read" in told
    assert "line 1" in told


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Not there, a folder, or not text at all."""
    other = tmp_path / "other.yaml"
    for file in (other, tmp_path):
        with pytest.raises(BadSetting, match=f"{file} cannot be read"):
            devices.read(file, tmp_path)
    other.write_bytes(b"voices: \xff\xfe")
    with pytest.raises(BadSetting, match=f"{other} cannot be read"):
        devices.read(other, tmp_path)


@pytest.mark.parametrize("text", ["", "# nothing\n", "voices:\nprinters:\n"])
def test_a_machine_may_have_nothing(tmp_path: Path, text: str) -> None:
    """An empty file is how one says so; so is a table with nothing below it."""
    assert devices.read(written(tmp_path, text), tmp_path) == devices.Devices()


def test_the_data_folder_stands_in_a_url(tmp_path: Path) -> None:
    """{data} is the folder for everything that is kept, wherever the command was typed."""
    text = 'panels: {s: {url: "text://{data}/now.txt"}}\nvoices: {v: {speaker: "file://{data}/a"}}'

    found = devices.read(written(tmp_path, text), tmp_path / "x" / "..")

    assert found.panels["s"].url == f"text://{tmp_path}/now.txt"
    assert found.voices["v"].speaker == f"file://{tmp_path}/a"


def test_a_new_machine_gets_previews(tmp_path: Path) -> None:
    """Of every sort of device that shows, says or prints; the file reads back as it was meant."""
    hall = sample_hall()

    devices.begin(tmp_path / "new" / "devices.yaml", hall)
    found = devices.read(tmp_path / "new" / "devices.yaml", tmp_path)

    assert found.hall == "demo"
    assert found.names == ["printer-1", *(f"strip-{w.number}" for w in hall.windows), "voice-1"]
    assert {entry.shows for entry in found.panels.values()} == {
        f"window:{window.number}" for window in hall.windows
    }
    assert found.printers["printer-1"].url.startswith(f"preview://{tmp_path}/preview/slips?width=")
    edges.check(found)


def test_the_file_is_written_once(tmp_path: Path) -> None:
    """What somebody wrote there is theirs."""
    mine = written(tmp_path, "hall: mine\n")

    devices.begin(mine, sample_hall())

    assert mine.read_text("utf-8") == "hall: mine\n"
    assert [path.name for path in tmp_path.iterdir()] == ["devices.yaml"]


def test_a_hall_does_not_open_with_a_mistake_in_the_file() -> None:
    """One sentence and exit code 1, before anything is started."""
    with untouched(JIAOHAO_DEVICES="") as town:
        file = written(town.data, "panels: {strip-1: {url: 'smoke://signals'}}")
        told = town.say("run")

        assert (told.returncode, told.stdout) == (1, "")
        assert told.stderr.startswith(f"{file}: strip-1: 'smoke://signals'")
        assert len(told.stderr.strip().splitlines()) == 1
        assert [path.name for path in town.data.iterdir()] == ["devices.yaml"]
