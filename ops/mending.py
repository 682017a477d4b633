"""Which errors are the user's to mend, and the sentence for each.

It knows every part, so it is imported only when something has gone wrong.
"""

from __future__ import annotations

from sqlalchemy.exc import OperationalError

from ops.backup import BackupTrouble
from ops.settings import BadSetting
from ops.supervisor import CannotListen
from queue_server.archive.errors import ConfigurationError
from queue_server.archive.yaml_nodes import FileError
from queue_server.client.device import DeviceError
from queue_server.domain.layout import InvalidLayout
from queue_server.domain.refusals import Refused
from queue_server.engine.connection import Away
from queue_server.engine.private_redis import CannotStart

THEIRS = (
    BadSetting,
    ConfigurationError,
    FileError,
    InvalidLayout,
    CannotStart,
    CannotListen,
    BackupTrouble,
    Away,
    Refused,
    DeviceError,
)


def sentence(error: Exception) -> str | None:
    """What to say of it; None for a mistake of ours, which nobody else can mend."""
    if isinstance(error, THEIRS):
        return str(error)
    if isinstance(error, OperationalError):
        return f"The database does not answer: {error.orig}"
    return None
