"""A connector as a stream with mapped fields sees it: the engine's names and values instead of the account's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from samspill.canon.values import Fields, Value
from samspill.engine.model import Observation, Side
from samspill.engine.rules import Policy, StreamRules
from samspill.errors import MappingError, SamspillError
from samspill.flows.lookups import as_key
from samspill.flows.schema import Schema
from samspill.ports import Connector, Page, Subscribed, VendorWrite, Written
from samspill.reasons import Reason
from samspill.state import Identity


def as_mapped(flow: str, rules: StreamRules, side: Side, connector: Connector) -> Connector:
    """Return the connector with the mapped fields of a flow's stream translated; itself where there are none."""
    translation = _Translation(flow, rules, side)
    return _Mapped(translation, connector) if translation.mapped else connector


def own_fields(flow: str, rules: StreamRules, side: Side, fields: Fields) -> Fields:
    """Return the fields of a write as the account itself names and holds them.

    Raises:
        MappingError: a value has no row in its lookup.
    """
    return _Translation(flow, rules, side).to_own(fields)


class _Translation:
    """Between the engine's names and values and those of the account on one side, for the mapped fields of a stream."""

    def __init__(self, flow: str, rules: StreamRules, side: Side) -> None:
        """Look the translations of this side up once."""
        self._flow, self._systems, self._side = flow, rules.systems, side
        on = (rule for rule in rules.fields if rule.policy is not Policy.OFF)
        self.mapped = [(rule, rule.own) for rule in on if rule.own is not None]
        self._own = {rule.name: (own.paths[side], own.lookup, own.own(side)) for rule, own in self.mapped}
        self.names = {path: name for name, (path, _, _) in self._own.items()}
        """The account's field → the engine's."""

    def to_own(self, fields: Fields) -> Fields:
        """Return the fields of a write as the account has them; MappingError for a value without a row."""
        out: dict[str, Value] = {}
        for name, value in fields.items():
            path, lookup, rows = self._own.get(name, (name, "", None))
            if rows is not None and value is not None and value != "":
                shared = as_key(value)
                if shared is None or shared not in rows:
                    reason = self._missing(lookup, self._path(name, self._side.other), value, self._side.other)
                    raise MappingError(f"{name}: no row in {lookup}", reason=reason, field=name)
                out[path] = rows[shared]
            else:
                out[path] = value
        return out

    def shared(self, told: Observation) -> Observation:
        """Return the record as the engine compares it. A value without a row is not guessed: what it decides waits."""
        if told.deleted:
            return told
        fields = {name: value for name, value in told.fields.items() if name not in self._own}
        waits: Reason | None = None
        for rule, own in self.mapped:
            if own.paths[self._side] not in told.fields:
                continue
            value = told.fields[own.paths[self._side]]
            rows = own.shared.get(self._side)
            if value is None or value == "" or rows is None:
                fields[rule.name] = value
            elif (key := as_key(value)) is not None and key in rows:
                fields[rule.name] = rows[key]
            else:
                fields[rule.name] = f"{self._side}:{key}"
                if rule.decides(self._side):
                    waits = waits or self._missing(own.lookup, own.paths[self._side], value, self._side)
        return replace(told, fields=fields, waits=told.waits or waits)

    def _path(self, name: str, side: Side) -> str:
        return next(own.paths[side] for rule, own in self.mapped if rule.name == name)

    def _missing(self, lookup: str, field: str, value: Value, side: Side) -> Reason:
        """Return what a person is told of a value of `side` that has no row, with the command that adds one."""
        key = as_key(value)
        shown = "…" if key is None else key.removeprefix(f"{side}:")
        row = {str(each): f'"{shown}"' if each is side else '"…"' for each in Side}
        params = {"lookup": lookup, "field": field, "value": shown, "system": self._systems.get(side, side.value)}
        return Reason("lookup_missing", {**params, "flow": self._flow, **row})


class _Mapped(Connector):
    """Translates what `inner` tells and is told."""

    def __init__(self, translation: _Translation, inner: Connector) -> None:
        """Translate for `inner`."""
        self._translation, self._inner = translation, inner
        self.capabilities = inner.capabilities

    def reach(self) -> None:
        """See `Connector.reach`."""
        self._inner.reach()

    def check(self) -> Identity:
        """See `Connector.check`."""
        return self._inner.check()

    def describe(self, kind: str) -> Schema:
        """Return the account's own fields: they are what is mapped."""
        return self._inner.describe(kind)

    def acknowledge(self, kind: str, cursor: str) -> None:
        """See `Connector.acknowledge`."""
        self._inner.acknowledge(kind, cursor)

    def subscribe(self, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        """See `Connector.subscribe`."""
        return self._inner.subscribe(url, kinds, secret, renew=renew)

    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        """See `Connector.page`."""
        page = self._inner.page(kind, token=token, since=since)
        return replace(page, observations=[self._translation.shared(each) for each in page.observations])

    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        """See `Connector.read`."""
        return [self._translation.shared(each) for each in self._inner.read(kind, external_ids)]

    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        """See `Connector.find`. What records are searched by is never mapped."""
        return [self._translation.shared(each) for each in self._inner.find(kind, marker=marker, keys=keys)]

    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> list[Observation]:
        """See `Connector.unread`."""
        return [self._translation.shared(each) for each in self._inner.unread(kind, records, since=since)]

    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        """Write the account's own fields; what has no value there fails alone, before anything of it is sent."""
        ready: list[VendorWrite] = []
        failed: dict[str, Written] = {}
        for each in writes:
            try:
                ready.append(replace(each, fields=self._translation.to_own(each.fields)))
            except MappingError as error:
                failed[each.key] = Written(each.key, error=error)
        answers = {each.key: self._answer(each) for each in (self._inner.write(kind, ready) if ready else ())}
        answers |= failed
        return [answers[each.key] for each in writes]

    def delete(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        """See `Connector.delete`."""
        return self._inner.delete(kind, writes)

    def _answer(self, written: Written) -> Written:
        record, error = written.record, written.error
        shared = record and self._translation.shared(record)
        return replace(written, record=shared, error=error and self._renamed(error))

    def _renamed(self, error: SamspillError) -> SamspillError:
        error.field = self._translation.names.get(error.field or "", error.field)
        return error
