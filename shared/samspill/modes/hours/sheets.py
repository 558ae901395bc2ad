"""Day sheets as the steps see them: cell by cell. Reading folds a sheet, writing spreads what accounting holds over it.

A cell that was known and that its sheet has nothing in any more is told, too: empty. So hours that were moved are taken
from where they were and put where they are now, whichever comes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain

from samspill.canon.values import Fields, Value
from samspill.canon.work import Cell, is_sheet
from samspill.engine.model import Link, Observation, Side
from samspill.errors import ConflictError, NotFoundError, SamspillError
from samspill.flows.flow import Stream
from samspill.flows.schema import Schema
from samspill.modes.hours.activities import ACTIVITIES, Activities
from samspill.modes.hours.first_day import first_day
from samspill.modes.hours.rules.folding import fold, spread
from samspill.modes.hours.rules.moves import in_order
from samspill.ports import Connector, Page, Subscribed, VendorWrite, World, Written
from samspill.state import Identity, StreamKey
from samspill.work.context import Opened


def by_cell(world: World, opened: Opened, stream: Stream, side: Side, connector: Connector) -> Connector:
    """Return the connector as the stream sees it: one that tells day sheets tells cells instead."""
    return _Sheets(world, opened, stream, connector) if stream.source is side else connector


class _Sheets(Connector):
    """A connector that tells day sheets, seen as one that tells cells."""

    def __init__(self, world: World, opened: Opened, stream: Stream, inner: Connector) -> None:
        """Fold what `inner` tells, by the activities of the flow."""
        self._world, self._inner, self._side = world, inner, stream.source or Side.LEFT
        self._key = StreamKey(*opened.state.key, stream.name)
        self._settings, self._starts = opened.state.settings, first_day(opened)
        self.capabilities = inner.capabilities

    @cached_property
    def _activities(self) -> Activities:
        return Activities(self._world, self._key._replace(stream=ACTIVITIES), self._side, self._settings)

    def reach(self) -> None:
        """See `Connector.reach`."""
        self._inner.reach()

    def check(self) -> Identity:
        """See `Connector.check`."""
        return self._inner.check()

    def describe(self, kind: str) -> Schema:
        """Return what sheets consist of; who maps hours maps nothing of them."""
        return self._inner.describe(kind)

    def acknowledge(self, kind: str, cursor: str) -> None:
        """See `Connector.acknowledge`."""
        self._inner.acknowledge(kind, cursor)

    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        """Return nothing: where a cell is follows from what it is called."""
        del kind, marker, keys
        return []

    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> list[Observation]:
        """Return nothing: no cell is like another one."""
        del kind, records, since
        return []

    def subscribe(self, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        """See `Connector.subscribe`."""
        return self._inner.subscribe(url, kinds, secret, renew=renew)

    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        """Return the cells of one page of sheets."""
        page = self._inner.page(kind, token=token, since=since)
        cells = [cell for sheet in page.observations for cell in self._fold(sheet)]
        return replace(page, observations=cells)

    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        """Return these cells, and of ids of sheets all their cells."""
        asked: dict[str, set[str]] = defaultdict(set)
        for name in external_ids:
            cell = Cell.of(name)
            if cell.activity:
                asked[cell.sheet].add(name)
            else:  # a sheet, or a cell that may have found its activity since
                asked[cell.sheet].update((cell.sheet, name))
        found: list[Observation] = []
        for sheet in self._inner.read(kind, sorted(asked)):
            wanted = asked[sheet.external_id]
            cells = self._fold(sheet, [name for name in wanted if not is_sheet(name)])
            found += [cell for cell in cells if sheet.external_id in wanted or cell.external_id in wanted]
        return found

    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        """Note what accounting holds of each cell, all of one sheet at once and under its present version."""
        given: dict[str, dict[str, Value]] = defaultdict(dict)
        for write in writes:
            cell = Cell.of(write.external_id or "")
            given[cell.sheet][cell.id] = write.fields["exported"]
        sheets = {sheet.external_id: sheet for sheet in self._inner.read(kind, sorted(given))}
        answers: dict[str, Observation | SamspillError] = {}
        changes: list[VendorWrite] = []
        for name, held in given.items():
            sheet = sheets[name]
            noted = spread(sheet, held, self._activities.of)
            if sheet.deleted or sheet.problem is not None:
                answers[name] = NotFoundError(f"the day sheet {name} cannot be read")
            elif noted == dict(_exported(sheet)):
                answers[name] = sheet
            else:
                changes.append(VendorWrite(name, {"exported": noted}, name, sheet.version))
        for answer in self._inner.write(kind, changes) if changes else ():
            answers[answer.key] = answer.error or answer.record or ConflictError(f"no answer for {answer.key}")
        told = {
            cell.external_id: cell
            for name, answer in answers.items()
            if not isinstance(answer, SamspillError)
            for cell in self._fold(answer, given[name])
        }
        return [_written(write, answers[Cell.of(write.external_id or "").sheet], told) for write in writes]

    def _known(self, sheet: str) -> list[Link]:
        return list(self._world.links.beginning(self._key, self._side, f"{sheet}|"))

    def _fold(self, sheet: Observation, asked: Iterable[str] = ()) -> list[Observation]:
        """Return the cells of a sheet, those known of it, and those of it that are `asked` for."""
        known = {link.ids[self._side]: link for link in self._known(sheet.external_id)}
        cells = in_order(fold(sheet, self._activities.of, chain(known, asked)), known, self._side)
        starts, person = self._starts, sheet.label or sheet.external_id
        return [
            replace(
                self._activities.named(cell),
                label=f"{person} {self._activities.name(cell)}".strip(),
                fields={**cell.fields, "starts_on": starts} if str(cell.fields["date"]) < starts else cell.fields,
            )
            for cell in cells
        ]


def _written(write: VendorWrite, answer: Observation | SamspillError, told: Mapping[str, Observation]) -> Written:
    if isinstance(answer, SamspillError):
        return Written(write.key, error=answer)
    return Written(write.key, told[write.external_id or ""])


def _exported(sheet: Observation) -> Mapping[str, object]:
    value = sheet.fields.get("exported")
    return value if isinstance(value, Mapping) else {}
