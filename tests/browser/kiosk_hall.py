"""A server with a kiosk, in a hall with the sample town's services."""

from __future__ import annotations

from dataclasses import replace

from starlette.applications import Starlette

from ops.sample_hall import sample_hall
from queue_server.api.app import create_app
from queue_server.api.state import ServerState
from queue_server.domain.layout import Layout, Service, Slot
from queue_server.web.site import Site
from ticketing.kiosk import FOLDER, PAINTERS, Settings, pages

MATERIALS = ("居民身份证原件", "居民户口簿原件", "一寸免冠照片 2 张")
ONLINE = "https://hall.example/items/1"


def kiosk_app(server: ServerState, layout: Layout, settings: Settings) -> Starlette:
    """The server of a hall with its kiosk."""
    site = Site(ticketing=FOLDER)

    async def plan(hall: str) -> Layout | None:
        return layout if hall == layout.hall else None

    shown = replace(server, exhibits={**server.exhibits, **PAINTERS})
    return create_app(shown, [*site.routes(), *pages(site, plan, settings)])


def town(tenant: str) -> Layout:
    """The sample town; its first services have what a service may have."""
    sample = sample_hall()
    services = tuple(_more(service) for service in sample.services)
    plan = replace(sample, tenant=tenant, hall="hall", services=services, confirm_within=0)
    return plan.checked()


def _more(service: Service) -> Service:
    match service.code:
        case "511F09014002":
            return replace(service, materials=MATERIALS, online=ONLINE, name_en="Household record")
        case "511F09014005":
            return replace(service, quota=1)
        case "511F09014003":
            # A minute of the night, in which no test is run.
            return replace(service, slots=(Slot(0, 1),))
    return service
