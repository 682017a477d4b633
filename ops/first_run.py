"""What a new installation gets: the sample hall, and one administrator."""

from __future__ import annotations

import secrets

from ops.sample_hall import sample_calendar, sample_hall, sample_place
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Taken
from queue_server.archive.principals import Role

ADMIN = "admin"
#: Who did it, for the auditor.
BY = "setup"


def prepare(configuration: Configuration, now: int) -> str:
    """Publish the sample hall when there is no hall, and make the first administrator when there
    are no people; answers with the administrator's password, or "" when there was one already."""
    if not configuration.halls():
        configuration.publish(sample_hall(), sample_calendar(), BY, now, sample_place())
    if configuration.people.people():
        return ""
    password = secrets.token_urlsafe(12)
    try:
        configuration.people.add_person(ADMIN, password, now, "Administrator", by=BY)
    except Taken:
        return ""  # Another server of a new installation was quicker.
    configuration.people.grant(ADMIN, Role.ADMIN, by=BY, now=now)
    return password
