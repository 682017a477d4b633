"""One letter to one receiver: signed, over HTTPS, to an address that may be reached, and in time.

The signature is that of standardwebhooks.com: `webhook-id`, `webhook-timestamp` (Unix s) and
`webhook-signature`, `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. A redirect is
not followed, no proxy of the environment is asked, and what the receiver says is not kept: its
status is all that counts. Trying again is the courier's affair.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import httpcore
from httpcore import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream

from queue_server.archive.webhooks import secret_key

IP = IPv4Address | IPv6Address
#: How long a receiver may take altogether, to be reached, and to say the next word (s).
PATIENCE, REACH, NEXT_WORD = 15.0, 5.0, 10.0
#: So much of an answer is heard to its end, so that the connection can be used again.
LONGEST_ANSWER = 64 * 1024
LARGEST = 256 * 1024
#: A connection is used again within this time (s): many receivers close theirs after five.
KEPT = 4.0
MOST = 100
#: RFC 6052: an IPv4 address in the clothes of IPv6.
TRANSLATED = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the HTTP status (0: none), and what was wrong; nothing when it was taken."""

    status: int
    error: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return not self.error


class Forbidden(OSError):
    """Letters do not go to this address."""


class Networks:
    """Where letters may go: to public addresses, and to the private networks that were named
    (`10.1.0.0/16`). Raises ValueError for what is no network."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        self._named = [ip_network(one) for one in named]

    def allow(self, address: str, plain: bool = False) -> bool:
        """Whether this address may be reached; unencrypted, only this machine itself."""
        ip = _plain(ip_address(address.partition("%")[0]))
        named = any(ip in network for network in self._named if network.version == ip.version)
        if plain:
            return ip.is_loopback and named
        return named or (ip.is_global and not ip.is_multicast and not _hidden(ip))


def _plain(ip: IP) -> IP:
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return ip.ipv4_mapped
        if ip in TRANSLATED:
            return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def _hidden(ip: IP) -> bool:
    """Whether an address of a tunnel leads to an inner one."""
    return isinstance(ip, IPv6Address) and (ip.sixtofour is not None or ip.teredo is not None)


class Guarded(AsyncNetworkBackend):
    """Connects only to addresses that may be reached: to the very address that was looked at, so
    that a name cannot lead elsewhere a moment later."""

    def __init__(self, networks: Networks, plain: bool) -> None:
        self._networks = networks
        self._plain = plain
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """A connection to one of the host's addresses; raises `Forbidden` when none is good."""
        async with asyncio.timeout(timeout):
            addresses = await _addresses(host, port)
        for address in addresses:
            if self._networks.allow(address, self._plain):
                return await self._real.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
        what = "http:// goes to this machine only" if self._plain else "its address is private"
        raise Forbidden(f"{host} may not be reached: {what} (see JIAOHAO_HOOKS)")


async def _addresses(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Post:
    """Sends letters; one for a process, used from one event loop."""

    def __init__(self, networks: Networks, trusted: ssl.SSLContext | None = None) -> None:
        self._pools = {
            "https": httpcore.AsyncConnectionPool(
                ssl_context=trusted or ssl.create_default_context(),
                network_backend=Guarded(networks, plain=False),
                keepalive_expiry=KEPT,
                max_connections=MOST,
            ),
            "http": httpcore.AsyncConnectionPool(
                network_backend=Guarded(networks, plain=True),
                keepalive_expiry=KEPT,
                max_connections=MOST,
            ),
        }

    async def send(self, url: str, secret: str, name: str, body: str, at: int) -> Answer:
        """Send one letter, signed at `at` (Unix ms); whatever goes wrong is in the answer."""
        content = body.encode()
        if len(content) > LARGEST:
            return Answer(413, f"it is longer than {LARGEST // 1024} KiB")
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._send(url, headers(secret, name, content, at), content)
        except (TimeoutError, httpcore.TimeoutException):
            return Answer(0, "no answer in time")
        except Forbidden as error:
            return Answer(0, str(error))
        except (OSError, httpcore.NetworkError, httpcore.ProtocolError) as error:
            return Answer(0, f"cannot be reached: {error or type(error).__name__}")
        except (httpcore.UnsupportedProtocol, UnicodeError, ValueError) as error:
            return Answer(0, f"the address cannot be used: {error}")

    async def _send(self, url: str, headers_: list[tuple[str, str]], content: bytes) -> Answer:
        pool = self._pools[urlsplit(url).scheme]
        waits = {"connect": REACH, "read": NEXT_WORD, "write": NEXT_WORD, "pool": PATIENCE}
        async with pool.stream(
            "POST", url, headers=headers_, content=content, extensions={"timeout": waits}
        ) as answer:
            heard = 0
            async for part in answer.aiter_stream():
                heard += len(part)
                if heard > LONGEST_ANSWER:
                    break
            return _judged(answer.status)

    async def close(self) -> None:
        """Let the connections go."""
        for pool in self._pools.values():
            await pool.aclose()


def _judged(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(status)
    if 300 <= status < 400:
        return Answer(status, f"HTTP {status}: redirects are not followed")
    return Answer(status, f"HTTP {status}")


def headers(secret: str, name: str, content: bytes, at: int) -> list[tuple[str, str]]:
    """What stands above a letter; `at` in Unix ms, told in seconds."""
    stamp = str(at // 1000)
    return [
        ("content-type", "application/json; charset=utf-8"),
        ("user-agent", "Jiaohao"),
        ("webhook-id", name),
        ("webhook-timestamp", stamp),
        ("webhook-signature", signature(secret, name, stamp, content)),
    ]


def signature(secret: str, name: str, stamp: str, content: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` (standardwebhooks.com)."""
    signed = b".".join((name.encode(), stamp.encode(), content))
    return "v1," + base64.b64encode(_mac(secret_key(secret), signed)).decode()


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.new(key, signed, hashlib.sha256).digest()
