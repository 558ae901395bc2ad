"""The connector protocol over a simulated vendor: every call may be the last, refused, late, or half told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from samspill.canon.values import Fields
from samspill.connectors.http.limits import Limiter, RateHeaders
from samspill.engine.model import Observation
from samspill.errors import CredentialsError, RejectedError, SamspillError, UnavailableError, UnknownOutcomeError
from samspill.ports import Capabilities, Page, Subscribed, VendorWrite, Written
from samspill.reasons import Reason
from samspill.state import Identity
from tests.simulation.flows import FIELDS
from tests.simulation.spoils import UNANSWERED, UNREADABLE, UNSEARCHABLE, UNSENDABLE, Unforeseen, spoiled_in
from tests.simulation.vendor import LateWrite, Row, SimulatedVendor

ROWS_A_PAGE = 3
LATE_S = 40
"""How long after the client gave up a vendor may still carry out a call: less than an intent is kept."""
WINDOW_S = 60


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
        version, fields = self._vendor.version_of(row), dict(row.fields)
        if not exact:
            lags = options.orders and row.past and hub.clock.time - row.changed_at < hub.stale_s
            if lags and hub.happens(hub.weather.stale_read, "stale_read"):
                order, old = row.past[-1]
                version, fields = self._vendor.version_at(row, order, old), dict(old)
            if hub.happens(hub.weather.hides_fields, "hides_fields"):
                fields.pop(hub.chance.choice(FIELDS[kind]))
        if row.aside:
            fields["aside"] = "yes"
        if (name := spoiled_in(fields, UNREADABLE)) is not None:
            fields.pop(name)
            why = Reason("cannot_map", {"field": name, "misfit": "not text"})
            return Observation(row.id, fields, seen_at=int(seen_at * 1000), label=row.id, problem=why)
        return Observation(
            row.id,
            fields,
            version=version,
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

    def acknowledge(self, kind: str, cursor: str) -> None:
        """See `Connector.acknowledge`."""

    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        """See `Connector.page`: by offset, so that rows move while it is read."""
        hub, vendor = self._hub, self._vendor
        self._call("page")
        seen_at = hub.clock.time
        hub.takes_long(f"{vendor.side}.page")
        rows = [row for _, row in sorted(vendor.rows[kind].items(), key=lambda item: (len(item[0]), item[0]))]
        if since is not None:
            rows = [row for row in rows if row.changed_at >= float(since) and row.listed_at <= hub.clock.time]
        offset, total, newest, last_id = (0, len(rows), seen_at, "") if token is None else _parts(token)
        # As many rows as before is not enough: one may have gone from the front and one have come at the end.
        complete = total == len(rows) and (not offset or rows[offset - 1].id == last_id)
        stop = offset + ROWS_A_PAGE
        hub.read_at.update({(kind, vendor.side, row.id): hub.steps for row in rows[offset:stop]})
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
        if since is None and not last and hub.happens(hub.weather.ends_early, "ends_early"):
            last = True
            vendor.hidden.update(row.id for row in rows[stop:])
        hub.takes_long(f"{vendor.side}.page answered")
        self._answered("page")
        return hub.paged(
            Page(
                observations,
                None if last else f"{stop}/{total if complete else -1}/{newest}/{rows[stop - 1].id}",
                cursor=hub.cursor(vendor, newest) if last and complete and vendor.options.delta else None,
                complete=complete,
            )
        )

    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        """See `Connector.read`."""
        out: list[Observation] = []
        asked = [row for each in external_ids if (row := self._vendor.rows[kind].get(each))]
        if any(spoiled_in(row.fields, UNANSWERED) for row in asked):
            raise Unforeseen("this answer cannot be understood")
        for external_id in external_ids:
            self._hub.read_at[kind, self._vendor.side, external_id] = self._hub.steps
            self._call("read")
            seen_at = self._hub.clock.time
            self._hub.takes_long(f"{self._vendor.side}.read")
            row = self._vendor.rows[kind].get(external_id)
            gone = Observation(external_id, {}, seen_at=int(seen_at * 1000), deleted=True)
            out.append(self._observe(kind, row, seen_at) if row else gone)
            self._hub.shown((kind, self._vendor.side, external_id), out[-1].fields)
            self._hub.takes_long(f"{self._vendor.side}.read answered")
            self._answered("read")
        return out

    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> list[Observation]:
        """See `Connector.unread`: what changed since the cursor, as far as the list of changes shows it by now."""
        self._call("unread")
        rows = [row for row in self._vendor.rows[kind].values() if row.changed_at >= float(since or 0)]
        rows = [row for row in rows if row.listed_at <= self._hub.clock.time]
        self._answered("unread")
        return [self._observe(kind, row, self._hub.clock.time) for row in rows]

    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        """See `Connector.find`."""
        if spoiled_in(keys or {}, UNSEARCHABLE):
            raise Unforeseen("this cannot be looked for")
        self._call("find")
        now = self._hub.clock.time
        rows = [row for row in self._vendor.rows[kind].values() if row.visible_at <= now]
        if marker:
            found = [row for row in rows if row.marker == marker]
        else:
            found = [row for row in rows if all(row.fields.get(n) == v for n, v in (keys or {}).items())]
            self._vendor.searched |= {(kind, name, value): now for name, value in (keys or {}).items()}
        self._hub.takes_long(f"{self._vendor.side}.find answered")
        self._answered("find")
        return [self._observe(kind, row, now, exact=True) for row in found]

    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        """See `Connector.write`: one call per record."""
        if any(spoiled_in(write.fields, UNSENDABLE) for write in writes):
            raise Unforeseen("this cannot be sent")
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
        hub, weather, sent_at = self._hub, self._hub.weather, self._hub.clock.time
        lost = UnknownOutcomeError("no answer")
        if hub.happens(weather.loses_request, "loses_request"):
            hub.history.unknown += 1
            return Written(write.key, error=lost)
        if hub.happens(weather.executes_late, "executes_late"):
            hub.history.unknown += 1
            place = (kind, self._vendor.side, write.external_id or "")
            due = hub.clock.time + hub.chance.randrange(LATE_S)
            self._vendor.late.append(LateWrite(due, kind, write, {place: hub.shown_to_writer(place)}))
            return Written(write.key, error=lost)
        hub.takes_long(f"{self._vendor.side}.write")
        if hub.happens(weather.rejects, "rejects"):
            return Written(write.key, error=RejectedError("not now"))
        done = self._vendor.execute(kind, write)
        if isinstance(done, SamspillError):
            return Written(write.key, error=done)
        record = self._observe(kind, done, hub.clock.time, exact=True)
        if hub.happens(weather.loses_answer, "loses_answer"):
            hub.history.unknown += 1
            return Written(write.key, error=lost)
        hub.takes_long(f"{self._vendor.side}.write answered")
        self._answered("write")
        return Written(write.key, record=replace(record, seen_at=self._written_at(sent_at)))

    def _written_at(self, _sent_at: float) -> int:
        """Return when the answer to a write came: it counts from then, whatever was read meanwhile."""
        return int(self._hub.clock.time * 1000)

    def reach(self) -> None:
        """See `Connector.reach`."""

    def subscribe(self, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        """See `Connector.subscribe`."""
        return Subscribed(dict.fromkeys(kinds, url))


def _parts(token: str) -> tuple[int, int, float, str]:
    offset, total, newest, last_id = token.split("/")
    return int(offset), int(total), float(newest), last_id
