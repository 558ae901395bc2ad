"""A vendor as the hub meets it, with every quirk its options name, and a connector to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from samspill.canon.values import Fields, Value
from samspill.connectors.limits import Limiter, RateHeaders
from samspill.engine.model import Observation, Side
from samspill.errors import (
    ConflictError,
    CredentialsError,
    NotFoundError,
    RejectedError,
    SamspillError,
    UnavailableError,
    UnknownOutcomeError,
)
from samspill.ports import Capabilities, Page, Subscribed, VendorWrite, Written
from samspill.state import Identity
from tests.simulation.flows import FIELDS
from tests.simulation.history import EngineWrite
from tests.simulation.options import VendorOptions

if TYPE_CHECKING:
    from tests.simulation.hub import SimulatedHub

ROWS_A_PAGE = 3
OVERLAP_S = 600
LATE_S = 40
"""How long after the client gave up a vendor may still carry out a call: less than an intent is kept."""
WINDOW_S = 60
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
    past: list[tuple[int, dict[str, Value]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    """A webhook on its way."""

    side: Side
    kind: str
    external_id: str
    delivery: int
    due: float
    deleted: bool = False


class SimulatedVendor:
    """Everything one vendor holds."""

    def __init__(self, hub: SimulatedHub, side: Side, options: VendorOptions) -> None:
        self.hub, self.side, self.options = hub, side, options
        self.rows: dict[str, dict[str, Row]] = {kind: {} for kind in FIELDS}
        self.events: list[Event] = []
        self.late: list[tuple[float, str, VendorWrite]] = []
        self.calls: Counter[int] = Counter()
        self.key_works = True
        self.bin: dict[str, dict[str, float]] = defaultdict(dict)
        """Kind → records deleted by people that this vendor still tells of → since when."""
        self.hidden: set[str] = set()
        """Records a list left out without a word: no reader can know; the next whole read finds them."""
        self._count = 0
        self._deliveries = 0

    # --- what the vendor itself does ---------------------------------------------------------------------------------

    def normal(self, value: Value) -> Value:
        """Return the value as it is stored."""
        if not self.options.normalises:
            return value
        if isinstance(value, str):
            return value.strip().lower()
        if isinstance(value, Mapping):
            return {key: self.normal(part) for key, part in value.items()}  # type: ignore[misc]  # parts are scalars
        return value

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
        row.fields.update({name: self.normal(value) for name, value in fields.items()})
        row.version += 1
        row.changed_at = self.hub.clock.time
        row.listed_at = row.changed_at + self.hub.chance.choice((0, self.options.commit_lag_s))
        self._keep(kind, row)
        self.tell(kind, row.id)

    def _keep(self, kind: str, row: Row) -> None:
        for name, value in row.fields.items():
            self.hub.history.held[(kind, self.side, row.id), name].append(value)

    def remove(self, kind: str, row: Row) -> None:
        """Delete a record."""
        del self.rows[kind][row.id]
        if self.options.soft_deletes:
            self.bin[kind][row.id] = self.hub.clock.time
        self.tell(kind, row.id, deleted=True)

    def tell(self, kind: str, external_id: str, *, deleted: bool = False) -> None:
        """Send a webhook, as reliably as this vendor does."""
        chance, manner = self.hub.chance, self.options.webhooks
        copies = 1 if manner == "exact" else 0 if manner == "none" else chance.choice((0, 1, 1, 2))
        for _ in range(copies):
            self._deliveries += 1
            late = chance.choice((0, 0, 5, 300)) if manner == "wild" else 0
            event = Event(self.side, kind, external_id, self._deliveries, self.hub.clock.time + late, deleted)
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
        due = [entry for entry in self.late if entry[0] <= self.hub.clock.time]
        self.late = [entry for entry in self.late if entry[0] > self.hub.clock.time]
        for _, kind, write in due:
            self.execute(kind, write)

    # --- writes of the hub -------------------------------------------------------------------------------------------

    def execute(self, kind: str, write: VendorWrite) -> Row | SamspillError:
        """Carry out one write, or refuse it."""
        if any(value == POISON for value in write.fields.values()):
            return RejectedError("this name is not allowed")
        if write.external_id is None:
            if self.options.unique_numbers and self.numbered(kind, write.fields.get("number")):
                return RejectedError("the number is taken")
            source = self.hub.source_of(kind, write.marker)
            row = self.add(kind, write.fields, entity=self.hub.history.entity_of[source], marker=write.marker)
        else:
            found = self.rows[kind].get(write.external_id)
            if found is None:
                return NotFoundError("gone")
            if self.options.preconditions and write.version is not None and write.version != found.version:
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


class SimulatedConnector:
    """The connector protocol over a simulated vendor; every call may be the last."""

    def __init__(self, vendor: SimulatedVendor, io: Callable[[str], None]) -> None:
        self._vendor, self._io, self._hub = vendor, io, vendor.hub
        options = vendor.options
        kinds = frozenset(FIELDS)
        self.capabilities = Capabilities(
            kinds=kinds,
            writable=kinds,
            preconditions=options.preconditions,
            markers=kinds if options.markers else frozenset(),
            webhooks=kinds if options.webhooks != "none" else frozenset(),
            search_lag_s=options.search_lag_s,
        )
        self._limiter = Limiter(
            self._hub.budgets,
            f"budget/{vendor.side}",
            RateHeaders("limit", "remaining", "reset"),
            system=vendor.side,
            now=lambda: self._hub.clock.time,
            handful=3,
        )

    # --- the line ----------------------------------------------------------------------------------------------------

    def _call(self, name: str) -> None:
        """One call arrives: counted, limited, perhaps refused. Raises only if nothing happened."""
        vendor, weather = self._vendor, self._hub.weather
        if vendor.options.calls_per_window:
            self._limiter.spend()
        self._io(f"{vendor.side}.{name}")
        if not vendor.key_works:
            raise CredentialsError("the key is not accepted")
        if self._hub.happens(weather.refuses, "refuses"):
            raise UnavailableError("503")
        window = int(self._hub.clock.time // WINDOW_S)
        vendor.calls[window] += 1
        limit = vendor.options.calls_per_window
        if limit and self._hub.happens(weather.too_many, "too_many"):
            raise self._limiter.refused({})  # others used it up, and the vendor does not say until when
        if limit:
            if vendor.calls[window] > limit:
                self._hub.watch_limit(vendor, vendor.calls[window])
                raise self._limiter.refused({"reset": str(WINDOW_S - self._hub.clock.time % WINDOW_S)})
            left = {"limit": str(limit), "remaining": str(limit - vendor.calls[window])}
            self._limiter.told(left | {"reset": str(WINDOW_S - self._hub.clock.time % WINDOW_S)})

    def _answered(self, name: str) -> None:
        self._io(f"{self._vendor.side}.{name} answered")

    def _observe(self, kind: str, row: Row, seen_at: float, *, exact: bool = False) -> Observation:
        hub, options = self._hub, self._vendor.options
        version, fields = row.version, dict(row.fields)
        if not exact:
            if options.versions and row.past and hub.happens(hub.weather.stale_read, "stale_read"):
                version, old = row.past[-1]
                fields = dict(old)
            if hub.happens(hub.weather.hides_fields, "hides_fields"):
                fields.pop(hub.chance.choice(FIELDS[kind]))
        return Observation(
            row.id,
            fields,
            version=version if options.versions else None,
            seen_at=int(seen_at * 1000),
            changed_at=options.stamp(row.changed_at) if options.stamps else None,
            label=str(row.fields.get("name")),
            marker=row.marker if options.markers else "",
        )

    # --- the protocol ------------------------------------------------------------------------------------------------

    def check(self) -> Identity:
        """See `Connector.check`."""
        self._call("check")
        return Identity(user="tester", company=self._vendor.side, company_id="1")

    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        """See `Connector.page`: by offset, so that rows move while it is read."""
        hub, vendor = self._hub, self._vendor
        self._call("page")
        seen_at = hub.clock.time
        rows = [row for _, row in sorted(vendor.rows[kind].items(), key=lambda item: (len(item[0]), item[0]))]
        if since is not None:
            rows = [row for row in rows if row.changed_at >= float(since) and row.listed_at <= hub.clock.time]
        offset, total, newest = (0, len(rows), seen_at) if token is None else _parts(token)
        complete = total == len(rows)
        stop = offset + ROWS_A_PAGE
        observations = [self._observe(kind, row, seen_at) for row in rows[offset:stop]]
        if token is None:
            binned = [gone for gone, at in vendor.bin[kind].items() if since is None or at >= float(since)]
            observations += [Observation(gone, {}, seen_at=int(seen_at * 1000), deleted=True) for gone in binned]
        if since is None and observations and hub.happens(hub.weather.hides_rows, "hides_rows"):
            hidden = observations.pop(hub.chance.randrange(len(observations)))
            vendor.hidden.add(hidden.external_id)
        last = stop >= len(rows)
        if not last and hub.happens(hub.weather.drops_page, "drops_page"):
            last, complete = True, False
        self._answered("page")
        return hub.paged(
            Page(
                observations,
                None if last else f"{stop}/{total if complete else -1}/{newest}",
                cursor=hub.cursor(vendor, newest) if last and complete and vendor.options.delta else None,
                complete=complete,
            )
        )

    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        """See `Connector.read`."""
        out: list[Observation] = []
        for external_id in external_ids:
            self._call("read")
            seen_at = self._hub.clock.time
            row = self._vendor.rows[kind].get(external_id)
            gone = Observation(external_id, {}, seen_at=int(seen_at * 1000), deleted=True)
            out.append(self._observe(kind, row, seen_at) if row else gone)
            self._answered("read")
        return out

    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        """See `Connector.find`."""
        self._call("find")
        now = self._hub.clock.time
        rows = [row for row in self._vendor.rows[kind].values() if row.visible_at <= now]
        if marker:
            found = [row for row in rows if row.marker == marker]
        else:
            found = [row for row in rows if all(row.fields.get(n) == v for n, v in (keys or {}).items())]
        self._answered("find")
        return [self._observe(kind, row, now, exact=True) for row in found]

    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        """See `Connector.write`: one call per record."""
        out: list[Written] = []
        for write in writes:
            try:
                self._call("write")
            except SamspillError as error:
                if not out:
                    raise
                out.append(Written(write.key, error=error))
                continue
            self._hub.asked(write)
            out.append(self._write(kind, write))
        return out

    def _write(self, kind: str, write: VendorWrite) -> Written:
        hub, weather = self._hub, self._hub.weather
        lost = UnknownOutcomeError("no answer")
        if hub.happens(weather.loses_request, "loses_request"):
            hub.history.unknown += 1
            return Written(write.key, error=lost)
        if hub.happens(weather.executes_late, "executes_late"):
            hub.history.unknown += 1
            self._vendor.late.append((hub.clock.time + hub.chance.randrange(LATE_S), kind, write))
            return Written(write.key, error=lost)
        done = self._vendor.execute(kind, write)
        if isinstance(done, SamspillError):
            return Written(write.key, error=done)
        record = self._observe(kind, done, hub.clock.time, exact=True)
        if hub.happens(weather.loses_answer, "loses_answer"):
            hub.history.unknown += 1
            return Written(write.key, error=lost)
        self._answered("write")
        return Written(write.key, record=record)

    def reach(self) -> None:
        """See `Connector.reach`."""

    def subscribe(self, url: str, kinds: Sequence[str], secret: str) -> Subscribed:
        """See `Connector.subscribe`."""
        return Subscribed(dict.fromkeys(kinds, url))


def _parts(token: str) -> tuple[int, int, float]:
    offset, total, newest = token.split("/")
    return int(offset), int(total), float(newest)
