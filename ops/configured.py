"""Open the configuration that the settings name."""

from __future__ import annotations

from ops.settings import BadSetting, Settings, variable
from queue_server.archive.configuration import Configuration
from queue_server.archive.errors import Unknown


def configuration(settings: Settings) -> Configuration:
    """The configuration in SQL, its tables brought up to date."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"{variable('data')} cannot be used: {error}") from error
    found = Configuration(settings.database_url)
    found.migrate()
    return found


def hall_exists(known: Configuration, hall: str) -> bool:
    """Whether a hall of this name has been published."""
    try:
        known.layout(hall)
    except Unknown:
        return False
    return True
