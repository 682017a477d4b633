"""What a page sends for and hears, as the browser's own debugger sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.browser.chromium import Screen

#: The chart library does not count: no other page brings it, and it is not ours.
CHARTS = "Chart.bundle.js"


@dataclass
class Wire:
    """What went over a page's wire."""

    sizes: Counter[str] = field(default_factory=Counter)
    urls: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    #: In the order in which they came: an answer, a socket, a first frame.
    log: list[str] = field(default_factory=list)
    pictures: dict[str, int] = field(default_factory=dict)

    @asynccontextmanager
    async def watched(self, page: Screen) -> AsyncIterator[None]:
        """Whatever goes over the wire of this page as long as the block lasts."""
        session: Any = await page.page.context.new_cdp_session(page.page)
        await session.send("Network.enable")
        # As somebody who has never been here.
        await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        for name in ("requestWillBeSent", "responseReceived", "loadingFinished", "loadingFailed",
                     "webSocketCreated", "webSocketFrameReceived"):  # fmt: skip
            session.on(f"Network.{name}", getattr(self, name))
        yield
        await session.detach()

    def requestWillBeSent(self, told: Any) -> None:  # noqa: N802
        self.urls[told["requestId"]] = told["request"]["url"]
        self.kinds[told["requestId"]] = told.get("type", "")

    def responseReceived(self, told: Any) -> None:  # noqa: N802
        if told["response"]["status"] >= 400:
            self.failed.append(f"{told['response']['status']} {told['response']['url']}")

    def loadingFinished(self, told: Any) -> None:  # noqa: N802
        id_ = told["requestId"]
        self.sizes[self.urls[id_]] += round(told["encodedDataLength"])
        if self.kinds[id_] in ("Fetch", "XHR"):
            self.log.append("answer")

    def loadingFailed(self, told: Any) -> None:  # noqa: N802
        self.failed.append(f"{told['errorText']} {self.urls.get(told['requestId'], '')}")

    def webSocketCreated(self, told: Any) -> None:  # noqa: N802
        self.urls[told["requestId"]] = told["url"]
        if "/pictures/" in told["url"] or "overview" in told["url"]:
            self.log.append("socket")

    def webSocketFrameReceived(self, told: Any) -> None:  # noqa: N802
        url, text = self.urls[told["requestId"]], told["response"]["payloadData"]
        if url not in self.pictures:
            self.pictures[url] = len(text.encode())
            self.log.append("picture" if '"same":' not in text else "same")

    @property
    def weight(self) -> int:
        """Without the chart library."""
        own = {url: size for url, size in self.sizes.items() if CHARTS not in url}
        return sum(own.values()) + sum(self.pictures.values())
