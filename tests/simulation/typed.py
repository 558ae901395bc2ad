"""Lives in which people spell one thing in many ways, and systems keep it in another form or cut it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from random import Random

from samspill.canon import keys
from samspill.canon.compare import form_of, same, whole_number
from samspill.canon.values import Fields, Value
from samspill.engine.model import LinkState, Side
from samspill.engine.rules import MatchRule, single
from samspill.ports import VendorWrite
from tests.simulation.actions import act
from tests.simulation.broken import Broken
from tests.simulation.flows import FIELDS, Rules, draw_rules, spelling_aside
from tests.simulation.histories import LENGTH, settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import VendorOptions, draw_vendor, draw_weather
from tests.simulation.vendor import Row, SimulatedVendor
from tests.simulation.watch import Watch

SETTLED_S = 200
"""What was there so long before a create was there when it was looked for."""
KEEPS = 12


def live_typed(seed: int) -> SimulatedHub:
    """Live a life of many spellings, and check everything. Raises Broken.

    With an even seed calls do what they are told.
    """
    chance = Random(f"typed {seed}")
    left, right = (_vendor(chance) for _ in Side)
    weather = replace(draw_weather(chance, calm=seed % 2 == 0), hides_fields=0.0, hides_rows=0.0, stale_read=0.0)
    rules = Rules() if chance.random() < 0.5 else draw_rules(chance)
    hub = Spelled(seed, left=left, right=right, rules=_by_normal_form(rules), weather=weather)
    watch = Watch(hub)
    checks = _Checks(hub)
    hub.sync()  # as every flow begins: both sides are read whole
    hub.drain()

    def anything() -> None:
        kind = hub.chance.random()
        if kind < 0.15:
            respell(hub)
        elif kind < 0.2:
            add_twin(hub)
        else:
            act(hub, watch)
        watch.step()

    hub.meanwhile = anything
    for _ in range(LENGTH):
        anything()
    settle(watch)
    checks.what_was_cut_is_told()
    return hub


def _vendor(chance: Random) -> VendorOptions:
    drawn = draw_vendor(chance)
    return replace(
        drawn,
        search_lag_s=0,
        delta=True,
        unique_numbers=False,
        assigns_numbers=False,
        keeps=chance.choice((0, 0, KEEPS)),
        integers=chance.random() < 0.4,
    )


def _by_normal_form(rules: Rules) -> Rules:
    """Return rules under which a number is compared as an integer, and records are found by its normal form."""
    number = MatchRule("number", single(lambda fields: keys.key("number", fields.get("number"))), field="number")

    def changed(fields: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(replace(rule, normal=whole_number) if rule.name == "number" else rule for rule in fields)

    customers = replace(rules.customers, fields=changed(rules.customers.fields), matches=(number,))
    return Rules(customers, replace(rules.projects, fields=changed(rules.projects.fields)))


class Spelled(SimulatedHub):
    """A hub whose people spell what they type as it comes."""

    def value(self, name: str) -> Value:
        """Return a value nobody has used yet, in some spelling."""
        fresh = super().value(name)
        if isinstance(fresh, Mapping):
            return {part: self.spelled(part, value) for part, value in fresh.items()}
        if name == "phone":
            fresh = self.chance.choice(("{} ext. 12", "{} / 99887766", "ring {}", "{}", "{}")).format(
                90_000_000 + self._values
            )
        if name == "name":
            fresh = self.chance.choice(("{}", "{}og sønner")).format(fresh)
        if name == "number":
            fresh = str(1_000 + self._values)
        return self.spelled(name, fresh)

    def spelled(self, name: str, value: Value) -> Value:
        """Return a value in some spelling of it."""
        if not isinstance(value, str) or not value:
            return value
        ways = [value, f" {value}", f"{value}\u200b", f"{value[:1]}\u00ad{value[1:]}"]
        if name == "number":
            ways += [f"00{value}"]
        elif name == "phone" and value.isdecimal():
            ways += [f"+47 {value}", f"0047{value}", f"{value[:2]} {value[2:5]} {value[5:]}"]
        else:
            ways += [value.replace(" ", "  ")]
        return self.chance.choice(ways)

    def person_respells(self, side: Side, kind: str, row: Row, name: str, value: Value) -> None:
        """A person types what is there already in another spelling: nothing that the other side has to get.

        Where that is longer the vendor may cut more of it: then it is an edit like any other.
        """
        record, before = (kind, side, row.id), spelling_aside(name, row.fields[name])
        self.history.given[self.history.entity_of[record], name].append(value)
        self.vendors[side].put(kind, row, {name: value})
        if spelling_aside(name, row.fields[name]) != before:
            self.history.edited(self.clock.time, record, name, row.fields[name])


def respell(hub: Spelled) -> None:
    """Somebody types what is there already in another spelling."""
    side, kind = hub.chance.choice(tuple(Side)), hub.chance.choice(tuple(FIELDS))
    rows = [row for row in hub.vendors[side].rows[kind].values() if not row.archived]
    if not rows:
        return
    row, name = hub.chance.choice(rows), hub.chance.choice([name for name in FIELDS[kind] if name != "customer"])
    held = spelling_aside(name, row.fields[name])
    if isinstance(held, Mapping):
        hub.person_respells(side, kind, row, name, {part: hub.spelled(part, each) for part, each in held.items()})
    elif held is not None:
        hub.person_respells(side, kind, row, name, hub.spelled(name, held))


def add_twin(hub: Spelled) -> None:
    """Two people enter one customer, each in their own system, with its number in their own spelling."""
    side = hub.chance.choice(tuple(Side))
    row = hub.person_adds(side)
    number = keys.number(str(row.fields["number"]))
    entity = hub.history.entity_of["customers", side, row.id]
    if number is not None:
        hub.person_adds(side.other, entity=entity, number=hub.spelled("number", number))


class _Checks:
    """What must hold of spellings, beside what holds in every life."""

    def __init__(self, hub: SimulatedHub) -> None:
        self._hub = hub
        hub.watch_overwrite = partial(self._overwrite, hub.watch_overwrite)
        for vendor in hub.vendors.values():
            vendor.before_add = self._create

    def _overwrite(self, inner, vendor: SimulatedVendor, kind: str, row: Row, asked: VendorWrite) -> None:  # type: ignore[no-untyped-def]
        if vendor.options.versions and asked.version == vendor.version_of(row):
            for name, value in asked.fields.items():
                form = whole_number if name == "number" else form_of(name)
                if name != "customer" and same(value, row.fields.get(name), form):
                    raise Broken(
                        "INV-SPELLING", f"{name} of {row.id} holds {row.fields[name]!r}; {value!r} was written"
                    )
        inner(vendor, kind, row, asked)

    def _create(self, vendor: SimulatedVendor, kind: str, fields: Fields, entity: str) -> None:
        hub, now = self._hub, self._hub.clock.time
        wanted = spelling_aside("number", fields.get("number"))
        for record in hub.history.records_of[entity] if kind == "customers" and wanted else ():
            row = hub.row(*record) if record[1] is vendor.side else None
            if row is None or row.archived or row.changed_at > now - SETTLED_S:
                continue
            link = hub.inner.links.of_records(hub.key(kind), vendor.side, [row.id]).get(row.id)
            if link is None or link.state is not LinkState.UNLINKED:
                continue  # read a moment ago, and on its way to being known; or half of a pair
            if spelling_aside("number", row.fields.get("number")) == wanted:
                raise Broken("INV-NO-TWIN", f"{row.id} is there already; another one was created beside it")

    def what_was_cut_is_told(self) -> None:
        """Check that the journal names every text of which a vendor kept less than it was sent."""
        told = {
            (entry.attempt, name)
            for entry in self._hub.journal()
            if entry.reason.code == "kept_otherwise"
            for name in entry.reason.params["fields"].split(", ")
        }
        for write in self._hub.history.writes:
            vendor = self._hub.vendors[write.record[1]]
            for name, value in write.fields.items():
                cut = isinstance(value, str) and spelling_aside(name, value) != spelling_aside(
                    name, vendor.kept(name, value)
                )
                if name != "customer" and cut and not vendor.options.normalises and (write.attempt, name) not in told:
                    raise Broken("INV-CUT-TOLD", f"{write.record} kept less than {value!r} of {name}; nobody was told")
