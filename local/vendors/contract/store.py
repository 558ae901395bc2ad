"""Records in memory, their versions, and the rules on writing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

import orjson

from local.vendors.clock import Clock
from local.vendors.contract.kinds import Attribute, Kind, Record, text
from local.vendors.contract.problems import Problem, Wrong, invalid

FIRST_ID = 1001
REFERENCE = Attribute(text(100))


class Stored(NamedTuple):
    """A record, also as JSON.

    `number` rises from one to the next; `referenced_at` is when the external reference was last set.
    """

    number: int
    record: Record
    body: bytes
    referenced_at: datetime


class Store:
    """What an account holds. `changed` hears of every change: kind, verb, record."""

    def __init__(self, clock: Clock, kinds: Mapping[str, Kind], changed: Callable[[Kind, str, Record], None]) -> None:
        """Hold nothing yet."""
        self._clock = clock
        self.kinds = kinds
        self._changed = changed
        self._ids = count(FIRST_ID)
        self.held: dict[str, dict[str, Stored]] = {name: {} for name in kinds}

    def get(self, kind: Kind, record_id: str) -> Record:
        """Return a record.

        Raises:
            Problem: 404, there is none.
        """
        stored = self.held[kind.name].get(record_id)
        if stored is None:
            raise Problem(404, "not_found")
        return stored.record

    def create(self, kind: Kind, sent: Any) -> Record:
        """Make a record.

        Raises:
            Problem: 422, the body is refused.
        """
        body = _fields(kind, sent)
        missing = [name for name, each in kind.attributes.items() if each.required and name not in body]
        if missing:
            raise invalid(*(Wrong(name, "required", "is missing") for name in missing))
        defaults = {name: each.default for name, each in kind.attributes.items()}
        record = {"id": None, "version": 1, "updatedAt": "", "externalReference": None} | defaults | body
        kind.fill(self, record)
        self._check(kind, record, body)
        record["id"] = str(next(self._ids))
        return self._keep(kind, record, "created", referenced=True)

    def change(self, kind: Kind, record_id: str, sent: Any, version: int | None = None) -> Record:
        """Change a record; what is left out stays, and a change that changes nothing is none.

        Raises:
            Problem: 404, 412 or 422.
        """
        old = self.get(kind, record_id)
        check_version(old, version)
        body = _fields(kind, sent)
        new = old | body
        self._check(kind, new, body)
        if new == old:
            return old
        new["version"] += 1
        return self._keep(kind, new, "updated", referenced=new["externalReference"] != old["externalReference"])

    def delete(self, kind: Kind, record_id: str, version: int | None = None) -> None:
        """Delete a record.

        Raises:
            Problem: 404, 409 or 412.
        """
        old = self.get(kind, record_id)
        check_version(old, version)
        if kind.in_use(self, record_id):
            raise Problem(409, "in_use")
        del self.held[kind.name][record_id]
        self._changed(kind, "deleted", old)

    def load(self, kind: Kind, values: Record) -> str:
        """Keep a record as it is found: no rules, no webhooks. Returns its id."""
        defaults = {name: each.default for name, each in kind.attributes.items()}
        head = {"id": str(next(self._ids)), "version": 1, "updatedAt": "", "externalReference": None}
        whole = {name: _whole(kind.attributes[name], value) for name, value in values.items()}
        self._keep(kind, head | defaults | whole, None, referenced=True)
        return str(head["id"])

    def put(self, kind: Kind, record: Record) -> Record:
        """Keep a record that is made from others: its id is its maker's, and so is who hears of it."""
        held = self.held[kind.name].get(record["id"])
        return self._keep(kind, record, None, referenced=True, number=held.number if held else next(self._ids))

    def _check(self, kind: Kind, record: Record, body: Record) -> None:
        wrong = [
            Wrong(name, "unknown_reference", "no such record")
            for name, each in kind.attributes.items()
            if each.references
            and name in body
            and body[name] is not None
            and body[name] not in self.held[each.references]
        ]
        wrong += [
            Wrong(name, "taken", "is in use")
            for name in kind.unique
            if name in body and self._taken(kind, name, record)
        ]
        wrong = wrong or kind.rules(self, record)
        if wrong:
            raise invalid(*wrong)

    def _taken(self, kind: Kind, name: str, record: Record) -> bool:
        value = record[name]
        others = (each.record for each in self.held[kind.name].values() if each.record["id"] != record["id"])
        return value is not None and any(other[name] == value for other in others)

    def _keep(
        self, kind: Kind, record: Record, verb: str | None, *, referenced: bool, number: int | None = None
    ) -> Record:
        now = self._clock()
        record["updatedAt"] = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        held = self.held[kind.name]
        referenced_at = now if referenced else held[record["id"]].referenced_at
        held[record["id"]] = Stored(number or int(record["id"]), record, orjson.dumps(record), referenced_at)
        if verb is not None:
            self._changed(kind, verb, record)
        return record


def check_version(record: Record, version: int | None) -> None:
    """Refuse a write that is about another version.

    Raises:
        Problem: 412, it is.
    """
    if version is not None and version != record["version"]:
        raise Problem(412, "stale", detail=f"the version is {record['version']}")


def _fields(kind: Kind, sent: Any) -> Record:
    """Check a body field by field.

    Raises:
        Problem: 422, a field does not exist or cannot hold the value.
    """
    if not isinstance(sent, dict):
        raise invalid(Wrong("", "wrong_type", "must be an object"))
    known = {**kind.attributes, "externalReference": REFERENCE}
    wrong = [Wrong(name, "unknown_field", "no such field") for name in sent if name not in known]
    wrong += [each for name, value in sent.items() if name in known for each in known[name].check(name, value)]
    if wrong:
        raise invalid(*wrong)
    return {name: _whole(known[name], value) for name, value in sent.items()}


def _whole(attribute: Attribute, value: Any) -> Any:
    return dict.fromkeys(attribute.parts) | value if attribute.parts and value is not None else value
