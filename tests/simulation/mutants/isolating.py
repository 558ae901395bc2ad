"""Wrong engines in which one record costs others, or one field its record (31, 31b, 31c, 31d, 31e)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from samspill.engine import one_sided, refused
from samspill.errors import SamspillError
from samspill.pipeline.fetch import reading
from samspill.pipeline.map import commit, map_records
from samspill.pipeline.upsert import lookups, upsert, upsert_context
from samspill.ports import LinkCommit


def one_defect_fails_the_message(patch: pytest.MonkeyPatch) -> None:
    """31: what nobody expected is thrown, whosever record it was about."""

    @contextmanager
    def together(_faults: list[SamspillError], _what: str) -> Iterator[None]:
        yield

    for step in (map_records, upsert):
        patch.setattr(step, "apart", together)


def records_are_read_together_only(patch: pytest.MonkeyPatch) -> None:
    """31b: an answer that cannot be understood fails the read of all records that were asked for."""

    def read(_world: Any, connector: Any, kind: str, external_ids: Sequence[str]) -> Any:
        return connector.read(kind, external_ids)

    for step in (reading, upsert, lookups):
        patch.setattr(step, "read_each", read)


def stored_together_or_not_at_all(patch: pytest.MonkeyPatch) -> None:
    """31c: what the table does not take fails the message."""

    def keep(world: Any, stream: Any, commits: Sequence[LinkCommit]) -> Any:
        return world.links.commit(stream, commits), {}

    for step in (commit, upsert, upsert_context):
        patch.setattr(step, "keep", keep)


def a_refused_field_holds_up_its_record(patch: pytest.MonkeyPatch) -> None:
    """31d: a refusal is the whole record's, whatever field it names."""
    patch.setattr(upsert_context, "held_alone", lambda *_, **__: None)


def a_refused_value_is_sent_whenever_it_is_seen(patch: pytest.MonkeyPatch) -> None:
    """31e: nobody remembers which value was refused."""
    for module in (refused, one_sided):
        patch.setattr(module, "is_refused", lambda *_: False)
