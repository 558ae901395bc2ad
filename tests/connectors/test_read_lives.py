"""Random lives of a list that is read by its changes: INV-CURSOR-SAFE among stamps from the future and long reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import orjson
import pytest

from local.vendors.contract.sandbox import ContractSandbox
from samspill.connectors.contract.reads import OVERLAP, Reader
from samspill.ports import Page
from tests.connectors.contract_rig import ContractRig
from tests.connectors.svenn_rig import SvennRig
from tests.connectors.timerabbit_rig import TimerabbitRig

FAR = "2099-01-01T00:00:00.000Z"
RIGS = pytest.mark.parametrize("rig", [SvennRig, TimerabbitRig], ids=lambda rig: rig.vendor)


class Life:
    """People edit customers, one stamp is wrong now and then, and somebody reads what changed, page by page."""

    def __init__(self, rig: ContractRig, seed: int) -> None:
        self.rig, self.chance = rig, Random(seed)
        self.ids = [rig.add("customers", {"name": f"K {number}"}) for number in range(7)]
        self.edited: dict[str, float] = {}
        """Records with an edit that no read has told → since when."""
        self.cursor: str | None = None

    @property
    def now(self) -> float:
        return self.rig.clock.now().timestamp()

    def edit(self) -> None:
        record_id = self.chance.choice(self.ids)
        self.rig.edit("customers", record_id, {"email": f"{self.chance.random()}@kunde.example"})
        self.edited[record_id] = self.now
        if self.chance.random() < 0.1:
            assert isinstance(self.rig.sandbox, ContractSandbox)
            held = self.rig.sandbox.store.held["customers"]
            record = dict(held[record_id].record) | {"updatedAt": FAR}
            held[record_id] = held[record_id]._replace(record=record, body=orjson.dumps(record))

    def read(self) -> None:
        """Read to the end, while others edit; whatever was edited before that must have been told by then."""
        began, token = self.now, None
        while True:
            page = self.rig.connector.page("customers", token=token, since=self.cursor)
            for row in page.observations:
                self.edited.pop(row.external_id, None)
            token = page.next
            if token is None:
                break
            self.rig.clock.advance(self.chance.choice((1, 60, 900)))
            if self.chance.random() < 0.7:
                self.edit()
        self.cursor = page.cursor
        lost = [record_id for record_id, at in self.edited.items() if at < began]
        assert not lost, "INV-CURSOR-SAFE"

    def live(self) -> None:
        for _ in range(30):
            self.rig.clock.advance(self.chance.choice((1, 60, 900)))
            self.chance.choice((self.edit, self.edit, self.read))()
        self.read()


def many_lives(rig: type[ContractRig]) -> None:
    for seed in range(20):
        Life(rig(), seed).live()


def since(cursor: str) -> dict[str, str]:
    return {"updatedSince": (datetime.fromisoformat(cursor) - OVERLAP).isoformat()}


@RIGS
def test_what_changed_before_a_read_began_is_told_by_its_end(
    rig: type[ContractRig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samspill.connectors.contract.reads.PAGE", 2)
    many_lives(rig)


def newest_stamp(inner: Callable[..., Page]) -> Callable[..., Page]:
    """Take the cursor from the newest stamp that any page told."""
    newest: dict[Reader, int] = {}

    def page(self: Reader, kind: object, token: str | None = None, since: str | None = None) -> Page:
        read = inner(self, kind, token, since)
        newest[self] = max([newest.get(self, 0), *(row.changed_at or 0 for row in read.observations)])
        told = datetime.fromtimestamp(newest[self], UTC).isoformat()
        return read if read.next is not None else replace(read, cursor=told)

    return page


def end_of_the_read(inner: Callable[..., Page]) -> Callable[..., Page]:
    """Take the cursor from when the last page was asked for."""

    def page(self: Reader, kind: object, token: str | None = None, since: str | None = None) -> Page:
        read = inner(self, kind, token, since)
        return read if read.next is not None else replace(read, cursor=self._client.now().isoformat())

    return page


@RIGS
@pytest.mark.parametrize("wrong", [newest_stamp, end_of_the_read])
def test_a_cursor_of_another_make_loses_changes(
    rig: type[ContractRig],
    wrong: Callable[[Callable[..., Page]], Callable[..., Page]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("samspill.connectors.contract.reads.PAGE", 2)
    monkeypatch.setattr(Reader, "page", wrong(Reader.page))
    monkeypatch.setattr("samspill.connectors.contract.reads._changed_since", lambda cursor, _now: since(cursor))
    with pytest.raises(AssertionError, match="INV-CURSOR-SAFE"):
        many_lives(rig)
