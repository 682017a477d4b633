"""Pages from templates, with the static files, words and headers they need.

A package with pages has a folder with `templates/` and `static/`; its files are at
`/static/{version}/{package}/…` and its templates at `{package}/…`. The version is a digest of all
of them: an address always means the same bytes, and a page can see that it has become old.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, PrefixLoader, StrictUndefined
from jinja2.loaders import DictLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from queue_server.web.words import HERE, Words, said_in

WEB = Path(__file__).parent
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
THEMES = {"light": "not all", "dark": "all", "auto": "(prefers-color-scheme: dark)"}
#: Nothing from elsewhere, nothing inline. `same-origin` and not `no-referrer`, which would make a
#: form's Origin null; either keeps a visitor's link from other sites.
HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
PACKED = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
#: Sentences of pages that are not there; who needs another one writes it.
NO_HALL = "There is no such hall."
ASK = "Please check the address, or ask whoever looks after the system."
FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"


class File(NamedTuple):
    """A static file as it is sent, plain or packed."""

    content: bytes
    type: str
    packed: bytes


class Site:
    """All pages' common ground. `folders` are those of the packages with pages, by their names;
    `borrowed` are single files that other packages bring, by the path they get.

    Everything is read once: what is served is what the version was taken of.
    """

    def __init__(self, borrowed: Mapping[str, Path] | None = None, **folders: Path) -> None:
        folders = {"web": WEB, **folders}
        self.words = Words()
        self._files = _files(folders)
        templates = {name: _templates(folder) for name, folder in folders.items()}
        lent = {name: _file(path) for name, path in (borrowed or {}).items()}
        self.version = _digest(self._files | lent, templates)
        # What a borrowed script says is not ours to translate.
        self._messages = {name: _messages(name, self._files) for name in folders}
        self._files |= lent
        self._pages = pages = Environment(
            loader=PrefixLoader({name: DictLoader(dict(all_)) for name, all_ in templates.items()}),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # The order of languages means something.
        pages.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}

    def routes(self) -> list[Route]:
        """Where the static files and their version are."""
        return [
            Route("/static/version", self._say_version, methods=["GET"]),
            Route("/static/{version}/{path:path}", self._file, methods=["GET"]),
        ]

    def page(
        self,
        request: Request,
        template: str,
        *,
        languages: tuple[str, ...],
        facts: Mapping[str, Any] | None = None,
        theme: str = "auto",
        status: int = 200,
        **values: Any,
    ) -> Response:
        """A page in some languages, the first of which is its own.

        `facts` are for its scripts, as JSON; `?theme=` (light, dark, auto) replaces `theme`.
        """
        languages = self.words.known(languages)
        theme = _theme(request.query_params.get("theme", ""), theme)
        package = template.partition("/")[0]
        text = self._pages.get_template(template).render(
            static=f"/static/{self.version}",
            version=self.version,
            language=languages[0],
            languages=languages,
            theme=theme,
            dark=THEMES[theme],
            say=self._speaker(languages[0]),
            say_in=self.words.say,
            words=self.words.block(languages, self._messages[package]),
            facts=facts or {},
            **values,
        )
        headers = {**HEADERS, "Cache-Control": ASK_FIRST}
        if not _takes_packed(request):
            return HTMLResponse(text, status, headers)
        return HTMLResponse(gzip.compress(text.encode(), 6), status, headers | PACKED)

    def problem(
        self, request: Request, *sentences: str, languages: tuple[str, ...], status: int = 404
    ) -> Response:
        """A page that says why there is none, in these messages."""
        return self.page(
            request, "web/problem.html", languages=languages, status=status, sentences=sentences
        )

    def missing(
        self, request: Request, sentence: str = NO_HALL, languages: tuple[str, ...] = ()
    ) -> Response:
        """A page that says that there is no such thing, and what to do."""
        spoken = languages or self.words.languages
        return self.problem(request, sentence, ASK, languages=spoken)

    def _speaker(self, language: str) -> Any:
        def say(message: str, **values: object) -> str:
            return self.words.say(language, message, **values)

        return say

    async def _say_version(self, _request: Request) -> Response:
        return JSONResponse({"version": self.version}, headers={"Cache-Control": ASK_FIRST})

    async def _file(self, request: Request) -> Response:
        file = self._files.get(request.path_params["path"])
        if file is None:
            return Response("Not found.", 404, HEADERS, "text/plain")
        # While versions change, a page may ask a server that has another one.
        same = request.path_params["version"] == self.version
        headers = {**HEADERS, "Cache-Control": FOR_EVER if same else ASK_FIRST}
        if not _takes_packed(request):
            return Response(file.content, 200, headers, file.type)
        return Response(file.packed, 200, headers | PACKED, file.type)


def _takes_packed(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def _theme(wanted: str, otherwise: str) -> str:
    return wanted if wanted in THEMES else otherwise


def _file(path: Path) -> File:
    content = path.read_bytes()
    return File(content, TYPES[path.suffix], gzip.compress(content, mtime=0))


def _files(folders: Mapping[str, Path]) -> dict[str, File]:
    return {
        f"{name}/{path.relative_to(folder / 'static').as_posix()}": _file(path)
        for name, folder in folders.items()
        for path in sorted((folder / "static").rglob("*.*"))
    }


def _templates(folder: Path) -> dict[str, str]:
    inside = folder / "templates"
    return {
        path.relative_to(inside).as_posix(): path.read_text("utf-8")
        for path in sorted(inside.rglob("*.html"))
    }


def _digest(files: Mapping[str, File], templates: Mapping[str, Mapping[str, str]]) -> str:
    whole = hashlib.sha256()
    pages = {
        f"{package}/{name}": text
        for package in templates
        for name, text in templates[package].items()
    }
    catalogues = {path.name: path.read_text("utf-8") for path in sorted(HERE.glob("*.po"))}
    for name, content in (
        *((name, file.content) for name, file in files.items()),
        *((name, text.encode()) for name, text in (pages | catalogues).items()),
    ):
        whole.update(b"%s\0%d\0%s" % (name.encode(), len(content), content))
    return whole.hexdigest()[:12]


def _messages(package: str, files: Mapping[str, File]) -> frozenset[str]:
    """What the scripts of a package say, and those that all pages share."""
    return frozenset().union(
        *(
            said_in("javascript", file.content)
            for name, file in files.items()
            if name.endswith(".js") and name.partition("/")[0] in ("web", package)
        )
    )
