"""One letter: signed, only to where letters may go, and never waited for too long."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from ops.jobs import post
from ops.jobs.post import Networks, Post, signature
from queue_server.archive.webhooks import new_secret
from tests.api.serving import running
from tests.ops.jobs.receiver import Receiver, verified

pytestmark = pytest.mark.anyio

HERE = Networks(["127.0.0.0/8"])
SECRET = new_secret()
BODY = '{"kind":"ticket.rated","ticket":"A001"}'


async def test_a_letter_is_signed_so_that_the_receiver_can_check_it() -> None:
    """Its id, its time and its body are; another secret, or another word, does not fit."""
    receiver = Receiver()
    async with running(receiver.app) as url:
        carrier = Post(HERE)
        answer = await carrier.send(f"{url}/in", SECRET, "hall/1/7", BODY, 1_772_411_400_999)
        await carrier.close()

    (heard,) = receiver.heard
    assert (answer.taken, answer.status, heard.path) == (True, 204, "/in")
    assert heard.headers["webhook-timestamp"] == "1772411400"
    assert heard.headers["content-type"] == "application/json; charset=utf-8"
    assert verified(SECRET, heard)
    assert not verified(new_secret(), heard)
    heard.headers["webhook-id"] = "hall/1/8"
    assert not verified(SECRET, heard)


def test_the_signature_is_the_one_of_the_specification() -> None:
    """The example of standardwebhooks.com's reference libraries."""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "fd00::1", "::"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_private_addresses_are_not_reached(address: str) -> None:
    """In whatever clothes."""
    assert not Networks().allow(address)


def test_public_addresses_are_reached_and_named_networks() -> None:
    """A hall's own network may be named; unencrypted, nothing but this machine."""
    assert all(Networks().allow(one) for one in ("1.2.4.8", "2400:3200::1"))
    inside = Networks(["10.1.0.0/16", "127.0.0.0/8", "fd00::/8"])
    assert inside.allow("10.1.2.3")
    assert inside.allow("::ffff:10.1.2.3")
    assert inside.allow("fd00::1")
    assert not inside.allow("10.2.2.3")
    assert inside.allow("127.0.0.1", plain=True)
    assert not inside.allow("10.1.2.3", plain=True)
    assert not inside.allow("1.2.4.8", plain=True)
    assert not Networks().allow("127.0.0.1", plain=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "127.1"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_name_for_this_machine_is_looked_through(scheme: str, host: str) -> None:
    """Whatever it is called: nothing is sent."""
    receiver = Receiver()
    async with running(receiver.app) as url:
        port = url.rpartition(":")[2]
        carrier = Post(Networks())
        answer = await carrier.send(f"{scheme}://{host}:{port}/", SECRET, "1", BODY, 0)
        await carrier.close()
    assert not answer.taken
    assert "may not be reached" in answer.error or "cannot be reached" in answer.error
    assert receiver.heard == []


async def test_a_redirect_is_not_followed() -> None:
    """It could lead anywhere."""
    receiver = Receiver()
    receiver.answers.append("redirect")
    async with running(receiver.app) as url:
        carrier = Post(HERE)
        answer = await carrier.send(f"{url}/in", SECRET, "1", BODY, 0)
        await carrier.close()
    assert (answer.taken, answer.status) == (False, 307)
    assert [one.path for one in receiver.heard] == ["/in"]


async def test_whoever_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """And whoever answers without end has answered."""
    monkeypatch.setattr(post, "PATIENCE", 0.3)
    receiver = Receiver()
    receiver.answers.extend(["hang", "flood", 200])
    async with running(receiver.app) as url:
        carrier = Post(HERE)
        late = await carrier.send(url, SECRET, "1", BODY, 0)
        receiver.hanging.set()
        flooded = await carrier.send(url, SECRET, "2", BODY, 0)
        well = await carrier.send(url, SECRET, "3", BODY, 0)
        await carrier.close()
    assert (late.taken, late.error) == (False, "no answer in time")
    assert (flooded.taken, well.taken) == (True, True)


async def test_what_cannot_be_sent_is_said() -> None:
    """Nobody there, a name that is not there, an answer that is none, a letter that is too long."""

    async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"what?\r\n\r\n")
        writer.close()

    babbler = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = babbler.sockets[0].getsockname()[1]
    carrier = Post(HERE)
    nonsense = await carrier.send(f"http://127.0.0.1:{port}", SECRET, "1", BODY, 0)
    babbler.close()
    gone = await carrier.send(f"http://127.0.0.1:{port}", SECRET, "1", BODY, 0)
    nowhere = await carrier.send("https://nobody.invalid/", SECRET, "1", BODY, 0)
    long = await carrier.send("https://nobody.invalid/", SECRET, "1", "x" * 300_000, 0)
    await carrier.close()
    assert all("cannot be reached" in one.error for one in (nonsense, gone, nowhere))
    assert long.status == 413


def certificate(folder: Path) -> tuple[Path, Path]:
    """One for 127.0.0.1, as openssl makes it."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("openssl is not installed")
    key, made = folder / "key.pem", folder / "certificate.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    where = ["-keyout", str(key), "-out", str(made)]
    subprocess.run([openssl, *words, *names, *where], check=True, capture_output=True)
    return key, made


async def test_https_is_checked_against_the_name(tmp_path: Path) -> None:
    """A certificate that nobody trusts, or for another name, is no receiver."""
    key, made = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 OK\r\nconnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    trusting = Post(HERE, ssl.create_default_context(cafile=str(made)))
    careful = Post(HERE)
    well = await trusting.send(f"https://127.0.0.1:{port}/", SECRET, "1", BODY, 0)
    misnamed = await trusting.send(f"https://localhost:{port}/", SECRET, "1", BODY, 0)
    unknown = await careful.send(f"https://127.0.0.1:{port}/", SECRET, "1", BODY, 0)
    for one in (trusting, careful):
        await one.close()
    server.close()
    assert well.taken
    assert "cannot be reached" in misnamed.error
    assert "certificate" in unknown.error.lower()
