"""The schema's history (Alembic), run by the program itself: no ini file, no command of its own.

All pending steps run in the one transaction that the caller has opened with the write lock, so that a process that is
killed leaves the old schema or the new one, and two that start together do the work once. A step must therefore never
commit, and never use `autocommit_block`. Where a step rebuilds a table (batch mode), triggers on it are to be created
again, and tables that belong to a search index stay out of it.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

_HERE = Path(__file__).parent


class UnknownRevision(Exception):
    """The file carries a revision that this version of the program does not know."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for this package; `connection` is what env.py will use."""
    made = Config()
    made.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def head() -> str:
    """The newest revision."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    assert revision is not None
    return revision


def current(connection: Connection) -> str | None:
    """The file's revision, None before the first step. Writes nothing."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection) -> None:
    """Bring the schema to `head`, inside the caller's transaction. Raises UnknownRevision."""
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    revision = current(connection)
    if revision is not None and revision not in known:
        raise UnknownRevision(revision)
    command.upgrade(config(connection), "head")


def is_compared(name: str | None, kind: str, _parents: object) -> bool:
    """For Alembic's `include_name`: the search index and the tables that SQLite keeps for it are not compared."""
    return not (kind == "table" and (name or "").startswith("passage_words"))
