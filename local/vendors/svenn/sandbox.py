"""Svenn as our contract has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request, Response

from local.vendors.app import Json, NoSuchRecord, json_response
from local.vendors.clock import OSLO
from local.vendors.contract.batch import write_batch
from local.vendors.contract.kinds import Kind, Record, day
from local.vendors.contract.paging import Asked
from local.vendors.contract.problems import Problem, Wrong, invalid
from local.vendors.contract.sandbox import KEY_NAME, ContractSandbox
from local.vendors.contract.wire import body_of, if_match, record_response
from local.vendors.data.dataset import Dataset
from local.vendors.svenn.entries import ENTRIES
from local.vendors.svenn.exports import Exports
from local.vendors.svenn.kinds import CUSTOMERS, EMPLOYEES, PROJECTS, TAGS, TASKS
from local.vendors.svenn.seed import load_records
from local.vendors.svenn.seed_hours import load_hours
from local.vendors.svenn.sheets import SHEETS, Sheets

API_KEY = "sandbox-svenn-key-0001"
_MADE = {SHEETS.name: "made from entries", "exports": "made by whoever exports"}


class SvennSandbox(ContractSandbox):
    """One account with Svenn."""

    name: ClassVar[str] = "svenn"
    kinds: ClassVar[Mapping[str, Kind]] = {
        kind.name: kind for kind in (CUSTOMERS, PROJECTS, EMPLOYEES, TASKS, TAGS, SHEETS, ENTRIES)
    }
    header_prefix: ClassVar[str] = "X-Svenn"
    api_key: ClassVar[str] = API_KEY
    account_name: ClassVar[str] = "Nordlys Installasjon AS"

    def reset(self) -> None:
        """Empty the account."""
        super().reset()
        self.sheets = Sheets(self.store, self.clock, lambda sheet: self.hooks.tell(SHEETS, "changed", sheet))
        self.exports = Exports(self.sheets, self.clock)

    def load(self, dataset: Dataset) -> None:
        """Fill the account with what the demo company has here; hours of the two weeks before today."""
        with self.lock:
            load_hours(self.store, dataset, load_records(self.store, dataset), self.clock().astimezone(OSLO).date())
            self.sheets.load()
            self._freeze()

    def _changed(self, kind: Kind, verb: str, record: Record) -> None:
        if kind is ENTRIES:
            self.sheets.entry_changed(verb, record)
        else:
            super()._changed(kind, verb, record)

    # Hours, beside the kinds of record that all contracts have.

    def _records(self, kind: Kind, rest: list[str], request: Request, request_id: str) -> Response:
        if kind is not SHEETS:
            return super()._records(kind, rest, request, request_id)
        match rest, request.method:
            case [], "GET":
                return json_response(self._days(request.args))
            case ["batch"], "POST":
                return json_response(write_batch(self._confirm, body_of(request), request_id))
            case [sheet_id], "GET":
                return record_response(self._stored(kind, sheet_id))
            case [sheet_id], "PATCH":
                return record_response(self.sheets.confirm(sheet_id, body_of(request), if_match(request), KEY_NAME))
        raise Problem(404, "not_found")

    def _other(self, parts: list[str], request: Request) -> Response:
        match parts, request.method:
            case ["v1", "exports"], "POST":
                self._may(SHEETS.name, "write")
                return json_response(self.exports.claim(body_of(request)).as_json(), 201)
            case ["v1", "exports", claim_id, "day-sheets"], "GET":
                self._may(SHEETS.name, "read")
                asked = Asked(request.args, {"limit", "after"})
                asked.check()
                claim = self.exports.open(claim_id)
                seen = self._seen(SHEETS.name).values()
                return json_response(asked.cut(each for each in seen if each.record["id"] in claim.sheets))
        return super()._other(parts, request)

    def _days(self, query: MultiDict[str, str]) -> bytes:
        asked = Asked(query, {"limit", "after", "from", "to"})
        asked.wrong += [wrong for name in ("from", "to") for wrong in day(name, query.get(name))]
        asked.check()
        first, last = query.get("from", ""), query.get("to", "9999-12-31")
        seen = self._seen(SHEETS.name).values()
        return asked.cut((each for each in seen if first <= each.record["date"] <= last), cursor=self.sheets.cursor)

    def _confirm(self, item: dict[str, Any]) -> tuple[int, Record]:
        if "update" not in item:
            raise invalid(Wrong("create", "invalid", "a day sheet is made from entries"))
        update = item["update"]
        return 200, self.sheets.confirm(update["id"], update["changes"], update.get("version"), KEY_NAME)

    # For people and tests.

    def collections(self) -> tuple[str, ...]:
        """Name the kinds, and the claims."""
        return (*super().collections(), "exports")

    def rows(self, collection: str) -> list[Json]:
        """Return every record of a kind; entries with when and by whom they were exported."""
        with self.lock:
            if collection == "exports":
                return [claim.as_json() for claim in self.exports.held.values()]
            found = super().rows(collection)
            return [row | self.sheets.stamp(row["id"]) for row in found] if collection == ENTRIES.name else found

    def _by_hand[T](self, collection: str, work: Callable[[Kind], T]) -> T:
        if collection in _MADE:
            raise NoSuchRecord(f"{collection} are {_MADE[collection]}")
        return super()._by_hand(collection, work)


SANDBOX = SvennSandbox
"""What is served under its name."""
