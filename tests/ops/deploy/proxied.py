"""nginx with the very files that are shipped, in front of real server processes.

Only addresses, ports and places on the disk are put in the place of the shipped ones.
"""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path

import httpx

from queue_server.engine.private_redis import PrivateRedis
from tests.databases import with_tables
from tests.installation import PATIENCE, Installation, free_port, wait_until

SHIPPED = Path(__file__).parents[3] / "ops" / "deploy"
#: Where Debian puts it; an ordinary user's PATH may not go there.
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def replaced(text: str, what: dict[str, str]) -> str:
    """The text with each of these put in; all of them must be there."""
    for old, new in what.items():
        assert old in text, f"the shipped file does not say {old!r} any more"
        text = text.replace(old, new)
    return text


def sign_certificate(folder: Path) -> None:
    """A certificate for localhost that only those believe who are told to."""
    asked = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
    written = ["-keyout", f"{folder}/jiaohao.key", "-out", f"{folder}/jiaohao.crt"]
    subprocess.run(
        ["openssl", *asked.split(), "subjectAltName=DNS:localhost", *written],
        check=True,
        capture_output=True,
    )


class Nginx:
    """nginx in a folder of its own, with a certificate that it signed itself."""

    def __init__(self, folder: Path, processes: list[int]) -> None:
        self.folder = folder
        self.port, self.plain = free_port(), free_port()
        self.host = f"localhost:{self.port}"
        self.url = f"https://{self.host}"
        self._write(processes)
        self.process: subprocess.Popen[bytes] | None = None

    def _write(self, processes: list[int]) -> None:
        self.folder.mkdir()
        self.configure(processes)
        conf = (SHIPPED / "nginx" / "nginx.conf").read_text("utf-8")
        places = {
            "/etc/nginx/": f"{self.folder}/",
            "/var/log/nginx/": f"{self.folder}/",
            "/run/nginx.pid": f"{self.folder}/nginx.pid",
            "listen 80 ": f"listen 127.0.0.1:{self.plain} ",
            "listen [::]:80 ": f"listen [::1]:{self.plain} ",
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            "listen [::]:443 ": f"listen [::1]:{self.port} ",
            "https://$host$request_uri": f"https://$host:{self.port}$request_uri",
        }
        # Whoever runs the tests owns their folders, and may not be able to become somebody else.
        temporary = "".join(
            f"    {sort}_temp_path {self.folder}/{sort};\n"
            for sort in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        places |= {
            "user www-data;\n": f"user {getuser()};\n" if os.geteuid() == 0 else "",
            "http {\n": f"http {{\n{temporary}",
        }
        (self.folder / "nginx.conf").write_text(replaced(conf, places), "utf-8")
        sign_certificate(self.folder)

    def configure(self, processes: list[int]) -> None:
        """Write which server processes there are."""
        text = (SHIPPED / "nginx" / "jiaohao-servers.conf").read_text("utf-8")
        ports = {f":{8001 + i} ": f":{port} " for i, port in enumerate(processes)}
        (self.folder / "jiaohao-servers.conf").write_text(replaced(text, ports), "utf-8")

    @property
    def trust(self) -> ssl.SSLContext:
        """What a browser of the house would have: our certificate, and no other."""
        return ssl.create_default_context(cafile=self.folder / "jiaohao.crt")

    @property
    def _command(self) -> list[str]:
        return [NGINX, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def check(self) -> str:
        """What nginx thinks of its configuration."""
        told = subprocess.run([*self._command, "-t"], capture_output=True, text=True, check=False)
        return told.stderr

    def start(self) -> Nginx:
        """Serve, and wait until it does."""
        self.process = subprocess.Popen([*self._command, "-g", "daemon off;"])
        wait_until(self._answers, "nginx answers")
        return self

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.check()
        try:
            with httpx.Client(verify=self.trust, trust_env=False) as client:
                return client.get(f"{self.url}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def reload(self) -> None:
        """Read the configuration anew, as `nginx -s reload` does."""
        subprocess.run([*self._command, "-s", "reload"], check=True, capture_output=True)

    def stop(self) -> None:
        """Take it away."""
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE)
        self.process = None

    @property
    def log(self) -> str:
        """What it noted of requests, as far as it has written it."""
        return (self.folder / "access.log").read_text("utf-8")


class Front:
    """An installation as docs/deploy.md makes it: Redis, two server processes, nginx."""

    def __init__(self, folder: Path) -> None:
        self.redis = PrivateRedis(folder / "redis")
        settings = {
            "JIAOHAO_REDIS": self.redis.url,
            "JIAOHAO_PROXIES": "127.0.0.1",
        }
        self.servers = [Installation(folder / "data", **settings) for _ in range(2)]
        self.nginx = Nginx(folder / "nginx", [server.port for server in self.servers])

    def start(self) -> Front:
        """All of it; the second process finds what the first has prepared."""
        self.servers[0].data.mkdir()
        with_tables(f"sqlite:///{self.servers[0].data}/jiaohao.sqlite")
        self.redis.start()
        for server in self.servers:
            server.start("server").ready()
        self.nginx.start()
        return self

    def remove(self) -> None:
        """Leave nothing running."""
        self.nginx.stop()
        for server in self.servers:
            server.remove()
        self.redis.stop()


@contextmanager
def fronted() -> Iterator[Front]:
    """A front in a new folder, whose path is short enough for Redis's socket."""
    folder = Path(tempfile.mkdtemp(prefix="jh-"))
    made = Front(folder)
    try:
        yield made.start()
    finally:
        made.remove()
        shutil.rmtree(folder, ignore_errors=True)
