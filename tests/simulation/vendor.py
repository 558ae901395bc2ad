"""A vendor as the hub meets it, with every quirk its options name: what it holds, and what it does when asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from samspill.canon import keys
from samspill.canon.values import Fields, Value, fingerprint
from samspill.engine.model import Side
from samspill.engine.revision import Revision
from samspill.errors import ConflictError, NotFoundError, RejectedError, SamspillError
from samspill.ports import VendorWrite
from samspill.reasons import Reason
from tests.simulation.flows import FIELDS
from tests.simulation.history import EngineWrite, Record
from tests.simulation.options import VendorOptions
from tests.simulation.spoils import REFUSED, spoiled_in

if TYPE_CHECKING:
    from tests.simulation.played import PlayedWorld

POISON = "poison"
"""A name the vendors refuse."""


@dataclass(slots=True)
class Row:
    """A record as the vendor holds it."""

    id: str
    fields: dict[str, Value]
    version: int = 1
    changed_at: float = 0.0
    visible_at: float = 0.0
    """From when a search finds it."""
    listed_at: float = 0.0
    """From when a list of changes holds its last change."""
    marker: str = ""
    archived: bool = False
    aside: bool = False
    """None of the flow's business at present, as a sub-project or an offer."""
    aside_at: float = 0.0
    past: list[tuple[int, dict[str, Value]]] = field(default_factory=list)


class LateWrite(NamedTuple):
    """A write that a vendor carries out when nobody waits for its answer any more."""

    due: float
    kind: str
    write: VendorWrite
    told: dict[Record, Fields]
    """What the function that sent it had been told of the record before."""


@dataclass(frozen=True, slots=True)
class Event:
    """A webhook on its way."""

    side: Side
    kind: str
    external_id: str
    delivery: int
    due: float
    deleted: bool = False
    version: Revision | None = None


class SimulatedVendor:
    """Everything one vendor holds."""

    def __init__(self, hub: PlayedWorld, side: Side, options: VendorOptions) -> None:
        self.hub, self.side, self.options = hub, side, options
        self.rows: dict[str, dict[str, Row]] = {kind: {} for kind in FIELDS}
        self.events: list[Event] = []
        self.before_add: Callable[[SimulatedVendor, str, Fields, str], None] = lambda *_: None
        """Called with every record that the hub is about to create, and what it stands for."""
        self.late: list[LateWrite] = []
        self.calls: Counter[int] = Counter()
        self.key_works = True
        self.removed: dict[str, dict[str, Row]] = defaultdict(dict)
        """Kind → records that people deleted, or that the key lost sight of, as they were."""
        self.bin: dict[str, dict[str, float]] = defaultdict(dict)
        """Kind → records deleted by people that this vendor still tells of → since when."""
        self.hidden: set[str] = set()
        """Records a list left out without a word: no reader can know; the next whole read finds them."""
        self.searched: dict[tuple[str, str, Value], float] = {}
        """Kind, field and value → when it was last looked for by name."""
        self._count = 0
        self._deliveries = 0

    # --- what the vendor itself does ---------------------------------------------------------------------------------

    def kept(self, name: str, value: Value) -> Value:
        """Return what the vendor keeps of a value of a field."""
        if name == "number" and isinstance(value, str) and self.options.integers:
            value = keys.number(value)
        if isinstance(value, str) and self.options.keeps and name == "name":
            value = value[: self.options.keeps]
        return self.normal(value)

    def normal(self, value: Value) -> Value:
        """Return the value as it is stored."""
        if not self.options.normalises:
            return value
        if isinstance(value, str):
            return value.strip().lower()
        if isinstance(value, Mapping):
            return {key: self.normal(part) for key, part in value.items()}
        return value

    def version_of(self, row: Row) -> Revision | None:
        """Return the version of a record, as it is told."""
        return self.version_at(row, row.version, row.fields)

    def version_at(self, row: Row, order: int, fields: Fields) -> Revision | None:
        """Return the version that a record had in a state of its past, as it was told."""
        if not self.options.opaque:
            return Revision(order) if self.options.versions else None
        return Revision(tag=f'W/"{fingerprint(fields, f"{row.id}/{order}")}"')

    def add(self, kind: str, fields: Fields, *, entity: str, marker: str = "") -> Row:
        """Make a record, whoever asked for it."""
        self._count += 1
        row = Row(f"{self.side[0]}{kind[0]}{self._count}", dict.fromkeys(FIELDS[kind]), marker=marker)
        now = self.hub.clock.time
        row.visible_at = now + self.hub.chance.choice((0, self.options.search_lag_s))
        self.rows[kind][row.id] = row
        self.hub.history.born((kind, self.side, row.id), entity)
        self.put(kind, row, fields)
        row.version = 1
        row.past.clear()
        if self.options.assigns_numbers and row.fields.get("number") is None:
            number = f"{self.side[0]}{self._count}"
            self.hub.history.edited(now, (kind, self.side, row.id), "number", number)
            row.fields["number"] = number
            self._keep(kind, row)
        return row

    def put(self, kind: str, row: Row, fields: Fields) -> None:
        """Change a record, whoever asked for it."""
        row.past.append((row.version, dict(row.fields)))
        row.fields.update({name: self.kept(name, value) for name, value in fields.items()})
        row.version += 1
        self.hub.history.counted((kind, self.side, row.id), row.version)
        row.changed_at = self.hub.clock.time
        row.listed_at = row.changed_at + self.hub.chance.choice((0, self.options.commit_lag_s))
        self._keep(kind, row)
        self.tell(kind, row.id)

    def _keep(self, kind: str, row: Row) -> None:
        for name, value in row.fields.items():
            self.hub.history.held[(kind, self.side, row.id), name].append(value)
            since = self.hub.history.since[(kind, self.side, row.id), name]
            if not since or since[-1][1] != value:
                since.append((self.hub.clock.time, value))

    def remove(self, kind: str, row: Row) -> None:
        """Delete a record."""
        self.removed[kind][row.id] = self.rows[kind].pop(row.id)
        if self.options.soft_deletes:
            self.bin[kind][row.id] = self.hub.clock.time
        self.tell(kind, row.id, deleted=True)

    def tell(self, kind: str, external_id: str, *, deleted: bool = False) -> None:
        """Send a webhook, as reliably as this vendor does."""
        chance, manner = self.hub.chance, self.options.webhooks
        copies = 1 if manner == "exact" else 0 if manner == "none" else chance.choice((0, 1, 1, 2))
        row = self.rows[kind].get(external_id)
        version = self.version_of(row) if row else None
        for _ in range(copies):
            self._deliveries += 1
            late = chance.choice((0, 0, 5, 300)) if manner == "wild" else 0
            event = Event(self.side, kind, external_id, self._deliveries, self.hub.clock.time + late, deleted, version)
            self.events.append(event)
            if manner == "wild" and chance.random() < 0.2:
                self.events.append(event)

    def numbered(self, kind: str, number: Value, but: str | None = None) -> bool:
        """Tell whether another record has the number."""
        return number is not None and any(
            row.fields.get("number") == number for row in self.rows[kind].values() if row.id != but
        )

    def pass_time(self) -> None:
        """Carry out late what nobody waits for any more."""
        due = [entry for entry in self.late if entry.due <= self.hub.clock.time]
        self.late = [entry for entry in self.late if entry.due > self.hub.clock.time]
        for entry in due:
            with self.hub.showing(entry.told):
                self.execute(entry.kind, entry.write)

    # --- writes of the hub -------------------------------------------------------------------------------------------

    def _refused(self, write: VendorWrite) -> RejectedError | None:
        """Return the refusal of a value: of a poisoned name without a word which, of others by their field."""
        if any(value == POISON for value in write.fields.values()):
            return RejectedError("this name is not allowed")
        name = spoiled_in(write.fields, REFUSED)
        if name is None:
            return None
        why = Reason("field_refused", {"field": name, "system": self.side, "message": "not this"})
        return RejectedError("this value is not allowed", reason=why, field=name)

    def execute(self, kind: str, write: VendorWrite) -> Row | SamspillError:
        """Carry out one write, or refuse it."""
        if (refused := self._refused(write)) is not None:
            return refused
        if write.external_id is None:
            if self.options.unique_numbers and self.numbered(kind, write.fields.get("number")):
                return RejectedError("the number is taken")
            source = self.hub.source_of(kind, write.marker)
            entity = self.hub.history.entity_of[source]
            self.before_add(self, kind, write.fields, entity)
            row = self.add(kind, write.fields, entity=entity, marker=write.marker)
        else:
            found = self.rows[kind].get(write.external_id)
            if found is None:
                return NotFoundError("gone")
            if self.options.preconditions and write.version not in (None, self.version_of(found)):
                return ConflictError("another version")
            if (
                not write.archive
                and self.options.unique_numbers
                and self.numbered(kind, write.fields.get("number"), found.id)
            ):
                return RejectedError("the number is taken")
            row = found
            self.hub.before_write(self, kind, row, write)
            if write.archive:
                row.archived = True
                row.version += 1
                self.tell(kind, row.id)
            else:
                self.put(kind, row, write.fields)
        record = (kind, self.side, row.id)
        for name, value in write.fields.items():
            self.hub.history.held[record, name].append(value)
        self.hub.wrote(
            EngineWrite(
                self.hub.clock.time,
                record,
                self.hub.history.entity_of[record],
                dict(write.fields),
                write.key,
                create=write.external_id is None,
                archive=write.archive,
            ),
            write,
        )
        return row
