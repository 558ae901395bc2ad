"""Timly as our contract has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar, Unpack

import orjson
from werkzeug.wrappers import Request, Response

from local.vendors.app import Json, NoSuchRecord, Opening, Sandbox, json_response
from local.vendors.contract.problems import Problem, Wrong, invalid
from local.vendors.contract.wire import body_of, if_match
from local.vendors.data.dataset import Dataset
from local.vendors.faults import NAMES, Faults, flag, number, times
from local.vendors.rate import RateWindow
from local.vendors.timly import company, lists
from local.vendors.timly.account import NESTED, Account, no_such
from local.vendors.timly.fields import TABLES, Record, Table
from local.vendors.timly.users import User, me, seen_by, sees_all

ACCOUNT, ACCOUNT_ID = "Zürcher Werkstätten AG", "4711"
LARGEST_BODY = 1_000_000
LACKS = ("attribute_filters", "changed_since", "external_references", "versions")
METHODS = frozenset({"GET", "POST", "PATCH", "DELETE"})


@dataclass(slots=True)
class TimlyFaults(Faults):
    """Beside the common ones: `lacks` names what this account's API does not have (see `LACKS`)."""

    revoke_key: bool = flag()
    rate_limit_calls: float = number(1000)
    rate_limit_window_s: float = number(60)
    fail_after_write: int | bool = times()
    """These writes are done and answered 500."""
    lacks: list[str] = field(default_factory=list, metadata=NAMES)


class TimlySandbox(Sandbox):
    """One account with Timly."""

    name: ClassVar[str] = "timly"
    faults: TimlyFaults

    def __init__(self, **opening: Unpack[Opening]) -> None:
        """Open an empty account with one user, who may do everything."""
        super().__init__(TimlyFaults(), opening)
        self._rate = RateWindow(self.clock, 1000, 60)
        self.reset()

    def reset(self) -> None:
        """Empty the account."""
        with self.lock:
            self.account = Account(self.clock)
            self._generations = count(1)
            self.users = {"1": User("1", "Samspill API", self._token("1"))}
            self._frozen: Account | None = None

    def load(self, dataset: Dataset) -> None:
        """Fill the account with the inventory of a company that is as large as the demo company."""
        with self.lock:
            company.fill(self.account, dataset.seed, company.ITEMS_PER_CUSTOMER * len(dataset.customers))

    def _token(self, user_id: str) -> str:
        return f"sandbox-timly-token-{user_id}-{next(self._generations):04}"

    # The contract.

    def answer(self, request: Request) -> Response:
        """Answer one call as the contract says."""
        request_id = f"r{next(self._request_ids):08}"
        try:
            response = self._answer(request)
            if request.method != "GET" and self.faults.spend("fail_after_write"):
                response = self.failure(500)
        except Problem as problem:
            response = _refusal(problem)
            if problem.status == 429:
                response.headers["Retry-After"] = problem.detail or "1"
        response.headers["X-Request-Id"] = request_id
        return response

    def _answer(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        match parts, request.method:
            case ["_sandbox", "users", user_id, "token"], "POST":
                return json_response({"token": self.new_token(user_id)})
        user = self._user(request)
        self._rate.limit = int(self.faults.rate_limit_calls)
        self._rate.window_s = self.faults.rate_limit_window_s
        allowance = self._rate.take(user.id, spent=self.faults.spend("rate_limit"))
        if not allowance.granted:
            raise Problem(429, "rate_limited", detail=str(allowance.reset_s))
        if request.method not in METHODS:
            raise Problem(405, "method_not_allowed")
        if (request.content_length or 0) > LARGEST_BODY:
            raise Problem(413, "body_too_large")
        match parts:
            case ["api", "v1", "me"] if request.method == "GET":
                return json_response(me(user, self.account, ACCOUNT, ACCOUNT_ID))
            case ["api", "v1", "items", item_id, name, *rest] if name in NESTED:
                return self._nested(user, name, item_id, rest, request)
            case ["api", "v1", name, *rest] if name in TABLES:
                return self._records(user, TABLES[name], rest, request)
        raise Problem(404, "not_found")

    def _user(self, request: Request) -> User:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        found = next((each for each in self.users.values() if each.token == token), None)
        if self.faults.revoke_key or scheme != "Bearer" or found is None:
            raise Problem(401, "unauthorized")
        return found

    def _records(self, user: User, table: Table, rest: list[str], request: Request) -> Response:
        sees, version = seen_by(user, self._shown), self._version(request)
        match rest, request.method:
            case [], "GET":
                user.require(table.area, "view")
                return json_response(self._list(table, sees, request))
            case [], "POST":
                user.require(table.area, "create_delete")
                body = self._taken(request)
                if isinstance(body, dict) and not sees(table.name, {"id": None, **body}):
                    raise _hidden()
                return json_response(self._told(table, self.account.create(table, body)), 201)
            case [record_id], "GET":
                user.require(table.area, "view")
                return json_response(self._told(table, self._one(self._shown, table, record_id, sees)))
            case [record_id], "PATCH":
                user.require(table.area, "edit")
                old = self._one(self.account, table, record_id, sees)
                body = self._taken(request)
                if isinstance(body, dict) and not sees(table.name, {**old, **body}):
                    raise _hidden()
                return json_response(self._told(table, self.account.change(table, record_id, body, version)))
            case [record_id], "DELETE":
                user.require(table.area, "create_delete")
                self._one(self.account, table, record_id, sees)
                self.account.delete(table, record_id, version)
                return Response(status=204)
        raise Problem(404 if len(rest) > 1 else 405, "not_found" if len(rest) > 1 else "method_not_allowed")

    def _nested(self, user: User, name: str, item_id: str, rest: list[str], request: Request) -> Response:
        table, sees = TABLES["items"], seen_by(user, self._shown)
        self._one(self.account, table, item_id, sees)
        match name, rest, request.method:
            case _, [], "GET":
                user.require(table.area, "view")
                lists.check_parameters(request.args, {"page", "per_page"}, attributes=False)
                return json_response(lists.page(self._shown.of_item(name, item_id), request.args))
            case "assignments", [], "POST":
                user.require(table.area, "edit")
                return json_response(self.account.assign(item_id, body_of(request)), 201)
            case "assignments", [assignment_id], "PATCH":
                user.require(table.area, "edit")
                return json_response(self.account.change_assignment(item_id, assignment_id, body_of(request)))
            case "assignments", [assignment_id], "DELETE":
                user.require(table.area, "edit")
                self.account.unassign(item_id, assignment_id)
                return Response(status=204)
        raise Problem(404 if len(rest) > 1 else 405, "not_found" if len(rest) > 1 else "method_not_allowed")

    def _list(self, table: Table, sees: Callable[[str, Record], bool], request: Request) -> bytes:
        known, is_item = {"page", "per_page"}, table.name == "items"
        if is_item:
            known |= {"view", "place_id", *lists.EQUALS}
            known |= set() if "changed_since" in self.faults.lacks else {"updated_since"}
        lists.check_parameters(request.args, known, attributes=is_item and "attribute_filters" not in self.faults.lacks)
        records = list(self._shown.held[table.name].values())
        if sees is not sees_all:
            records = [each for each in records if sees(table.name, each)]
        if is_item:
            keys = {each["key"] for each in self.account.held["attributes"].values()}
            records = lists.items(records, request.args, keys)
        return lists.page(records, request.args, lambda record: self._told(table, record))

    def _one(self, account: Account, table: Table, record_id: str, sees: Callable[[str, Record], bool]) -> Record:
        record = account.get(table.name, record_id)
        if not sees(table.name, record):
            raise _hidden()
        return record

    def _taken(self, request: Request) -> Any:
        body = body_of(request)
        if "external_references" in self.faults.lacks and isinstance(body, dict) and "external_refs" in body:
            raise invalid(Wrong("external_refs", "unknown_field", "no such field"))
        return body

    def _told(self, table: Table, record: Record) -> Record:
        """Return a record as this account's API shows it."""
        if table.name != "items":
            return record
        hidden = {"version": "versions", "external_refs": "external_references"}
        return {name: each for name, each in record.items() if hidden.get(name) not in self.faults.lacks}

    def _version(self, request: Request) -> int | None:
        return None if "versions" in self.faults.lacks else if_match(request)

    @property
    def _shown(self) -> Account:
        """The records that reads show."""
        return self._frozen or self.account

    def failure(self, status: int) -> Response:
        """Answer with an error nobody caused."""
        response = _refusal(Problem(status, "injected", [Wrong("", "injected", "sandbox: injected failure")]))
        response.headers["X-Request-Id"] = f"r{next(self._request_ids):08}"
        return response

    # For people and tests.

    def set_faults(self, changes: Json) -> None:
        """Merge `changes`; stale reads show what is there now.

        Raises:
            ValueError: there is no such switch, or an API cannot lack what is named.
        """
        unknown = {*changes.get("lacks", ())} - {*LACKS}
        if unknown:
            raise ValueError(f"lacks: there are {', '.join(LACKS)}")
        with self.lock:
            super().set_faults(changes)
            if not changes or "stale_reads" in changes:
                self._frozen = self.account.copy() if self.faults.stale_reads else None

    def new_token(self, user_id: str) -> str:
        """Make a new token for a user: the one before is void at once."""
        if user_id not in self.users:
            raise Problem(404, "not_found")
        self.users[user_id].token = self._token(user_id)
        return self.users[user_id].token

    def tokens(self) -> Json:
        """Return the token of the first user, named as Samspill names its credentials."""
        return {"token": self.users["1"].token}

    def collections(self) -> tuple[str, ...]:
        """Name the kinds of record, and the users."""
        return (*TABLES, *NESTED, "users")

    def rows(self, collection: str) -> list[Json]:
        """Return every record of a kind, whoever may see it."""
        with self.lock:
            if collection == "users":
                return [user.as_json() for user in self.users.values()]
            if collection not in self.account.held:
                raise no_such(collection, self.collections())
            return [dict(each) for each in self.account.held[collection].values()]

    def add(self, collection: str, body: Json) -> Json:
        """Create a record by hand, under the vendor's rules; a user by its name."""
        with self.lock:
            if collection == "users":
                user_id = str(len(self.users) + 1)
                self.users[user_id] = User(user_id, str(body["name"]), self._token(user_id))
                return self.users[user_id].as_json()
            return dict(self.account.create(self._table(collection), body))

    def edit(self, collection: str, record_id: str, body: Json) -> Json:
        """Change a record by hand, under the vendor's rules; of a user the role, and what is seen."""
        with self.lock:
            if collection == "users":
                if record_id not in self.users:
                    raise NoSuchRecord(record_id)
                self.users[record_id].edit(body)
                return self.users[record_id].as_json()
            return dict(self.account.change(self._table(collection), record_id, body))

    def remove(self, collection: str, record_id: str) -> None:
        """Delete a record by hand, under the vendor's rules."""
        with self.lock:
            self.account.delete(self._table(collection), record_id)

    def _table(self, collection: str) -> Table:
        if collection not in TABLES:
            raise no_such(collection, self.collections())
        return TABLES[collection]


SANDBOX = TimlySandbox
"""What is served under its name."""


def _hidden() -> Problem:
    return Problem(403, "out_of_scope", [Wrong("", "out_of_scope", "outside of what this user may see")])


def _refusal(problem: Problem) -> Response:
    """Answer with a refusal in the contract's form."""
    told = problem.errors or [Wrong("", problem.code, problem.detail or problem.code.replace("_", " "))]
    errors = [
        {"code": each.code, **({"field": each.field} if each.field else {}), "message": each.message} for each in told
    ]
    return Response(orjson.dumps({"errors": errors}), problem.status, mimetype="application/json")
