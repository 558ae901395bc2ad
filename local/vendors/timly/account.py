"""The records of an account in memory, and the rules on writing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from local.vendors.app import NoSuchRecord
from local.vendors.clock import Clock
from local.vendors.contract.problems import Problem, Wrong, invalid
from local.vendors.timly import attributes
from local.vendors.timly.fields import TABLES, Record, Table, assignee

FIRST_ID, FIRST_NUMBER = 1001, 10_001
BUILTIN = (("Active", "active"), ("Defective", "active"), ("Missing", "inactive"), ("Inactive", "inactive"))
"""The statuses every account has. That a defective item counts as active, and a missing one not, is assumed."""
NESTED = ("assignments", "status_history")


_UNIQUE = {table.name: table.unique for table in TABLES.values()}


class Account:
    """What an account holds."""

    def __init__(self, clock: Clock) -> None:
        """Hold what a customer has on the first day: the built-in statuses."""
        self._clock = clock
        self._ids = count(FIRST_ID)
        self._numbers = count(FIRST_NUMBER)
        self._taken: dict[str, dict[str, str]] = {"number": {}, "key": {}}
        self.held: dict[str, dict[str, Record]] = {name: {} for name in (*TABLES, *NESTED)}
        for name, kind in BUILTIN:
            self.keep("statuses", {"name": name, "kind": kind, "builtin": True})

    def now(self) -> str:
        """Return the time as records tell it."""
        return self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def keep(self, name: str, values: Record) -> Record:
        """Keep a record as it is, without any rule."""
        record: Record = {"id": str(next(self._ids)), **values}
        self.held[name][record["id"]] = record
        for unique in _UNIQUE.get(name, ()):
            self._taken[unique].setdefault(record[unique], record["id"])
        return record

    def put_item(self, values: Record) -> str:
        """Keep an item as it is found, with what was noted of it when it was made; return its id."""
        kind = self.held["statuses"][values["status_id"]]["kind"]
        at = values["created_at"]
        item = self.keep("items", {**values, "status_kind": kind, "updated_at": at, "version": 1})
        told = {"item_id": item["id"], "status_id": item["status_id"], "status_kind": kind, "changed_at": at}
        self.keep("status_history", told)
        if item["assigned_to"]:
            told = {"item_id": item["id"], "assignee": item["assigned_to"], "from": at, "to": None, "planned": False}
            self.keep("assignments", told)
        return str(item["id"])

    def get(self, name: str, record_id: str) -> Record:
        """Return a record; Problem 404 where there is none."""
        if record_id not in self.held[name]:
            raise Problem(404, "not_found")
        return self.held[name][record_id]

    def create(self, table: Table, sent: Any) -> Record:
        """Make a record.

        Raises:
            Problem: 409, 422.
        """
        body = self._checked(table, sent)
        missing = [name for name, each in table.fields.items() if each.required and name not in body]
        if missing:
            raise invalid(*(Wrong(name, "required", "is missing") for name in missing))
        record = {name: each.default for name, each in table.fields.items()} | body
        if table.name == "items":
            self._begin_item(record, body)
        if table.scope:
            self._check_attributes(table, record, body)
            record["attributes"] = self._attributes(table, record, body.get("attributes", {}))
        self._check_unique(table, record, None)
        if table.name == "statuses":
            record["builtin"] = False
        kept = self.keep(table.name, record)
        if table.name == "items":
            self._began_item(kept)
        return kept

    def change(self, table: Table, record_id: str, sent: Any, version: int | None = None) -> Record:
        """Change a record; what is left out stays, and a change that changes nothing is none.

        Raises:
            Problem: 404, 409, 422.
        """
        old = self.get(table.name, record_id)
        self.check_version(old, version)
        body = self._checked(table, sent)
        fixed = [name for name in body if table.fields[name].fixed and body[name] != old[name]]
        if fixed:
            raise invalid(*(Wrong(name, "immutable", "cannot be changed") for name in fixed))
        new = old | body
        if table.name == "items":
            self._check_item(new, old)
            new["external_refs"] = self._merged(old["external_refs"], body.get("external_refs", []))
        if table.scope:
            self._check_attributes(table, new, body)
            new["attributes"] = self._attributes(table, new, old["attributes"] | body.get("attributes", {}))
        self._check_unique(table, new, record_id)
        if new == old:
            return old
        for unique in table.unique:
            if new[unique] != old[unique]:
                if self._taken[unique].get(old[unique]) == record_id:
                    del self._taken[unique][old[unique]]
                self._taken[unique][new[unique]] = record_id
        self.held[table.name][record_id] = new
        if table.name == "items":
            self._changed_item(new, old)
        return new

    def delete(self, table: Table, record_id: str, version: int | None = None) -> None:
        """Delete a record.

        Raises:
            Problem: 404, 409.
        """
        old = self.get(table.name, record_id)
        self.check_version(old, version)
        used = any(each[wire] == record_id for name, wire in table.used_by for each in self.held[name].values())
        if used or old.get("builtin"):
            raise Problem(409, "in_use", [Wrong("", "in_use", "is in use")])
        for unique in table.unique:
            if self._taken[unique].get(old[unique]) == record_id:
                del self._taken[unique][old[unique]]
        del self.held[table.name][record_id]
        for nested in NESTED if table.name == "items" else ():
            self.held[nested] = {key: each for key, each in self.held[nested].items() if each["item_id"] != record_id}

    @staticmethod
    def check_version(record: Record, version: int | None) -> None:
        """Refuse a write that is about another version."""
        if version is not None and version != record["version"]:
            raise Problem(409, "version", [Wrong("", "version", f"the version is {record['version']}")])

    def copy(self) -> Account:
        """Return what the account holds now, to be read later on."""
        other = Account(self._clock)
        other.held = {name: {key: dict(each) for key, each in held.items()} for name, held in self.held.items()}
        return other

    # Assignments.

    def of_item(self, name: str, item_id: str) -> Iterator[Record]:
        """Yield the assignments or the history of an item."""
        return (each for each in self.held[name].values() if each["item_id"] == item_id)

    def assign(self, item_id: str, sent: Any) -> Record:
        """Assign an item, or plan to.

        Raises:
            Problem: 404, 422.
        """
        item = self.get("items", item_id)
        body = _known(sent, {"assignee", "from", "to", "planned"})
        wrong = [] if body.get("assignee") else [Wrong("assignee", "required", "is missing")]
        wrong = wrong or assignee("assignee", body["assignee"]) or self._no_such_assignee("assignee", body["assignee"])
        wrong += [
            Wrong(name, "wrong_type", "must be a text") for name in ("from", "to") if not _is_moment(body.get(name))
        ]
        if not isinstance(body.get("planned", False), bool):
            wrong.append(Wrong("planned", "wrong_type", "must be true or false"))
        if wrong:
            raise invalid(*wrong)
        made = {"item_id": item_id, "assignee": body["assignee"], "from": body.get("from") or self.now()}
        made |= {"to": body.get("to"), "planned": body.get("planned", False)}
        if made["planned"] or made["to"]:
            return self.keep("assignments", made)
        self.change(TABLES["items"], item["id"], {"assigned_to": body["assignee"]})
        return next(each for each in self.of_item("assignments", item_id) if not each["to"] and not each["planned"])

    def change_assignment(self, item_id: str, assignment_id: str, sent: Any) -> Record:
        """Change when an assignment is, or end it.

        Raises:
            Problem: 404, 422.
        """
        old = self._assignment(item_id, assignment_id)
        body = _known(sent, {"from", "to", "planned"})
        wrong = [
            Wrong(name, "wrong_type", "must be a text") for name in ("from", "to") if not _is_moment(body.get(name))
        ]
        if wrong:
            raise invalid(*wrong)
        new = old | body
        self.held["assignments"][assignment_id] = new
        if new["to"] and not old["to"] and not old["planned"]:
            self.change(TABLES["items"], item_id, {"assigned_to": None})
        return self.held["assignments"][assignment_id]

    def unassign(self, item_id: str, assignment_id: str) -> None:
        """Remove an assignment."""
        old = self._assignment(item_id, assignment_id)
        if not old["to"] and not old["planned"]:
            self.change(TABLES["items"], item_id, {"assigned_to": None})
        del self.held["assignments"][assignment_id]

    def _assignment(self, item_id: str, assignment_id: str) -> Record:
        self.get("items", item_id)
        found = self.held["assignments"].get(assignment_id)
        if found is None or found["item_id"] != item_id:
            raise Problem(404, "not_found")
        return found

    # Items.

    def _begin_item(self, record: Record, body: Record) -> None:
        active = next(each["id"] for each in self.held["statuses"].values() if each["builtin"])
        record["status_id"] = record["status_id"] or active
        if record["number"] is None:
            record["number"] = next(each for each in map(str, self._numbers) if each not in self._taken["number"])
        self._check_item(record, None)
        record["external_refs"] = self._merged([], record["external_refs"])
        if record["item_type"] == "twin":
            inherited = self.held["items"][record["blueprint_id"]]["attributes"]
            own = {each["key"] for each in self._own(TABLES["items"], record)}
            told = {key: value for key, value in inherited.items() if key in own}
            body["attributes"] = told | body.get("attributes", {})

    def _began_item(self, record: Record) -> None:
        at = self.now()
        kind = self.held["statuses"][record["status_id"]]["kind"]
        record |= {"status_kind": kind, "created_at": at, "updated_at": at, "version": 1}
        self._note_status(record)
        if record["assigned_to"]:
            self._note_assignment(record)

    def _changed_item(self, new: Record, old: Record) -> None:
        new["version"] = old["version"] + 1
        new["updated_at"] = self.now()
        if new["status_id"] != old["status_id"]:
            new["status_kind"] = self.held["statuses"][new["status_id"]]["kind"]
            self._note_status(new)
        if new["assigned_to"] != old["assigned_to"]:
            for each in self.of_item("assignments", new["id"]):
                if not each["to"] and not each["planned"]:
                    each["to"] = self.now()
            if new["assigned_to"]:
                self._note_assignment(new)
        if new["item_type"] == "blueprint" and new["attributes"] != old["attributes"]:
            self._flow_to_twins(new, old)

    def _flow_to_twins(self, new: Record, old: Record) -> None:
        """Edits of a blueprint flow to those of its twins that still have what it had."""
        for twin in [each for each in self.held["items"].values() if each["blueprint_id"] == new["id"]]:
            inherited = {
                key: value
                for key, value in new["attributes"].items()
                if value != old["attributes"].get(key) and twin["attributes"].get(key) == old["attributes"].get(key)
            }
            self.change(TABLES["items"], twin["id"], {"attributes": inherited})

    def _note_status(self, item: Record) -> None:
        told = {name: item[name] for name in ("status_id", "status_kind")}
        self.keep("status_history", {"item_id": item["id"], **told, "changed_at": self.now()})

    def _note_assignment(self, item: Record) -> None:
        told = {"item_id": item["id"], "assignee": item["assigned_to"], "from": self.now(), "to": None}
        self.keep("assignments", {**told, "planned": False})

    def _check_item(self, record: Record, old: Record | None) -> None:
        items, type_ = self.held["items"], record["item_type"]
        wrong: list[Wrong] = []
        if old and type_ != old["item_type"] and (type_ != "container" or old["item_type"] == "stock"):
            wrong.append(Wrong("item_type", "immutable", "only a normal item, blueprint or twin becomes a container"))
        if not old and (record["blueprint_id"] is not None) is not (type_ == "twin"):
            wrong.append(Wrong("blueprint_id", "invalid", "a twin has a blueprint, and nothing else has"))
        elif not old and type_ == "twin" and items[record["blueprint_id"]]["item_type"] != "blueprint":
            wrong.append(Wrong("blueprint_id", "invalid", "is no blueprint"))
        if record["quantity"] is not None and type_ != "stock":
            wrong.append(Wrong("quantity", "invalid", "only a stock item has a quantity"))
        holder = items.get(record["container_id"] or "")
        if holder is not None and (holder["item_type"] != "container" or holder["id"] == record.get("id")):
            wrong.append(Wrong("container_id", "invalid", "is no container"))
        if record["status_id"] is None:
            wrong.append(Wrong("status_id", "required", "must not be null"))
        if record["number"] is None:
            wrong.append(Wrong("number", "required", "must not be null"))
        if wrong:
            raise invalid(*wrong)

    def _merged(self, old: list[Record], sent: list[Record]) -> list[Record]:
        """Return the references of an item: those that were named are set, or go where their id is null."""
        by_system = {each["system"]: each for each in old}
        for each in sent:
            told = {"system": each["system"], "external_id": each.get("external_id"), "url": each.get("url")}
            before = by_system.get(each["system"])
            if before is None or any(before[name] != told[name] for name in told):
                by_system[each["system"]] = told | {"last_synced_at": self.now()}
        return [each for each in by_system.values() if each["external_id"] is not None]

    # Rules for all.

    def _checked(self, table: Table, sent: Any) -> Record:
        body = _known(sent, table.fields.keys())
        wrong = [each for name, value in body.items() for each in table.fields[name].check(name, value)]
        wrong = wrong or [
            Wrong(name, "unknown_reference", "no such record")
            for name, value in body.items()
            if table.fields[name].references
            and value is not None
            and value not in self.held[table.fields[name].references]
        ]
        for name in ("assigned_to", "assignee"):
            if not wrong and body.get(name):
                wrong += self._no_such_assignee(name, body[name])
        if wrong:
            raise invalid(*wrong)
        return body

    def _no_such_assignee(self, name: str, told: Record) -> list[Wrong]:
        collection = {"place": "places", "person": "people"}[told["type"]]
        known = told["id"] in self.held[collection]
        return [] if known else [Wrong(name, "unknown_reference", "no such record")]

    def _check_unique(self, table: Table, record: Record, record_id: str | None) -> None:
        for name in table.unique:
            holder = self._taken[name].get(record[name])
            if holder is not None and holder != record_id:
                raise Problem(409, "taken", [Wrong(name, "taken", "is in use")])

    def _own(self, table: Table, record: Record) -> list[Record]:
        category = record.get("category_id")
        return [each for each in self.held["attributes"].values() if attributes.applies(each, table.scope, category)]

    def _check_attributes(self, table: Table, record: Record, body: Record) -> None:
        wrong = attributes.check(body.get("attributes", {}), self._own(table, record))
        if wrong:
            raise invalid(*wrong)

    def _attributes(self, table: Table, record: Record, told: Record) -> Record:
        """Return a value for every attribute that a record has, null where it is empty."""
        return {each["key"]: told.get(each["key"]) for each in self._own(table, record)}


def _known(sent: Any, names: Iterable[str]) -> Record:
    known = frozenset(names)
    if not isinstance(sent, dict):
        raise invalid(Wrong("", "wrong_type", "must be an object"))
    wrong = [Wrong(name, "unknown_field", "no such field") for name in sent if name not in known]
    if wrong:
        raise invalid(*wrong)
    return dict(sent)


def _is_moment(value: Any) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value) <= 40)


def no_such(collection: str, known: Iterable[str]) -> NoSuchRecord:
    """Return the error for a collection that is not there."""
    return NoSuchRecord(f"{collection}: there are {', '.join(known)}")
