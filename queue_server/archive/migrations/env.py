"""Alembic's entry: it works on the connection that `Database.migrate` hands in.

There is no alembic.ini. A new version is drafted on a database that is at head, with
`command.revision(migrations(connection), "What changes", autogenerate=True)`.
"""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

# They fill SQLModel.metadata.
import queue_server.archive.memory
import queue_server.archive.tables
import queue_server.archive.webhooks
import queue_server.archive.work_orders  # noqa: F401


def plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write SQLModel's own string type as what it is, so that versions need no SQLModel."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_item=plainly,
    # SQLite cannot alter a constraint: Alembic then copies the table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
