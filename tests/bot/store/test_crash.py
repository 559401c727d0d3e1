from __future__ import annotations

from pathlib import Path

from tests.bench.crash import Outcome, kill_migrations, kill_writers


def test_a_store_whose_process_is_killed_opens_with_every_article_that_was_confirmed(tmp_path: Path) -> None:
    outcome = kill_writers(tmp_path, kills=4, seed=2)
    assert outcome.confirmed > 0
    assert outcome == Outcome(kills=4, confirmed=outcome.confirmed)


def test_a_migration_that_is_killed_leaves_the_old_schema_and_is_done_on_the_next_start() -> None:
    torn, killed = kill_migrations(every=18)
    assert torn == 0
    assert killed >= 2
