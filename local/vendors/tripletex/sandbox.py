"""Tripletex's API 2.0 in memory. What is known of the vendor, and from where, is in docs and in each module."""

from __future__ import annotations

import re
from functools import cache
from typing import ClassVar, Unpack

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from local.vendors.app import Json, NoSuchRecord, Opening, Sandbox, json_response
from local.vendors.data.dataset import Dataset
from local.vendors.rate import Allowance, RateWindow
from local.vendors.tripletex import writing
from local.vendors.tripletex.account import Account
from local.vendors.tripletex.entity import Entity
from local.vendors.tripletex.errors import Refusal, forbidden, not_found
from local.vendors.tripletex.faults import TripletexFaults
from local.vendors.tripletex.messages import same
from local.vendors.tripletex.routes import Ask, Operation, Session
from local.vendors.tripletex.seed import load_dataset
from local.vendors.tripletex.sessions import CONSUMER_TOKEN, EMPLOYEE_TOKEN

_SECRET_QUERY = re.compile(r"((?:consumer|employee)?token)=[^&]*", re.IGNORECASE)
_SECRET_PATH = re.compile(r"(/token/session/)(?![:>])[^/]+")
_BRACES = re.compile(r"\{(\w+)\}")


class TripletexSandbox(Sandbox):
    """One customer's account with Tripletex. Its API begins with `/v2`."""

    name: ClassVar[str] = "tripletex"

    give_up_after_s = 30 * 3600
    """developer.tripletex.no: 30 hours."""
    faults: TripletexFaults

    def __init__(self, **opening: Unpack[Opening]) -> None:
        """Open an account as it is on the first day."""
        super().__init__(TripletexFaults(), opening)
        self._rate = RateWindow(self.clock, 100, 10)
        self.reset()

    def reset(self) -> None:
        """Open the account anew."""
        with self.lock:
            self.webhooks.clear()
            urls = f"{self._address}/v2"  # what urls in answers begin with; no scheme, as the vendor writes them
            self.account = Account(self.clock, self.faults, self.webhooks, urls, https_only=self._https_only)
            self.account.world.freeze(stale=self.faults.stale_reads)
            self._paths = _paths(tuple(self.account.routes))

    def load(self, dataset: Dataset) -> None:
        """Fill the account with the demo company's records."""
        with self.lock:
            load_dataset(self.account, dataset)
            self.account.world.freeze(stale=self.faults.stale_reads)

    # The vendor's API.

    def answer(self, request: Request) -> Response:
        """Answer one call as Tripletex would."""
        request_id = self._request_id()
        allowance: Allowance | None = None
        try:
            operation, args, right = self._find(request)
            session: Session | None = None
            if operation is None or not operation.public:
                session = self.account.sessions.open(request, anywhere=operation is not None and operation.anywhere)
                allowance = self._take(session)
                if not allowance.granted:
                    response = Response(status=429)
                else:
                    self.account.act_as(session)
                    response = self._perform(operation, Ask(request, args, session), right)
            else:
                response = self._perform(operation, Ask(request, args), right)
        except Refusal as refusal:
            response = json_response(refusal.body(self.account.sessions.language, request_id), refusal.status)
        response.headers["x-tlx-request-id"] = request_id
        if allowance is not None:
            response.headers["X-Rate-Limit-Limit"] = str(allowance.limit)
            response.headers["X-Rate-Limit-Remaining"] = str(allowance.remaining)
            if allowance.granted:
                response.headers["X-Rate-Limit-Reset"] = str(allowance.reset_s)
        return response

    def _find(self, request: Request) -> tuple[Operation | None, dict[str, str], str]:
        try:
            path, args = self._paths.match(request.path, method="GET")
        except (NotFound, RequestRedirect):
            return None, {}, ""
        operation = self.account.routes[path].get(request.method, Operation(_not_offered))
        return operation, dict(args), path.split("/")[1]

    def _take(self, session: Session) -> Allowance:
        self._rate.limit = int(self.faults.rate_limit_calls)
        self._rate.window_s = self.faults.rate_limit_window_s
        key = f"{session.consumer_token}/{session.employee_token}"
        return self._rate.take(key, spent=self.faults.spend("rate_limit"))

    def _perform(self, operation: Operation | None, ask: Ask, right: str) -> Response:
        if operation is None:
            raise not_found()
        self._check_right(right, ask.request.method)
        if self.faults.strict_query and (unknown := sorted(set(ask.query) - operation.params)):
            raise Refusal(400, 4000, same(f"Sandbox, strict_query: unknown query parameters {', '.join(unknown)}"))
        return operation.handler(ask)

    def _check_right(self, right: str, method: str) -> None:
        refused = {*self.faults.missing_right, *(set(self.faults.missing_module) - {"department"})}
        if right in refused or (method != "GET" and f"{right}:write" in refused):
            raise forbidden()

    def failure(self, status: int) -> Response:
        """Answer with an error nobody caused, in Tripletex's shape."""
        request_id = self._request_id()
        refusal = Refusal(status, 1000, same("Sandbox: injected failure"))
        response = json_response(refusal.body("EN", request_id), status)
        response.headers["x-tlx-request-id"] = request_id
        return response

    def _request_id(self) -> str:
        return f"{next(self._request_ids):08x}-0000-4000-8000-000000000000"

    def redacted(self, request: Request) -> tuple[str, str]:
        """Hide tokens in paths and queries."""
        path, query = super().redacted(request)
        return _SECRET_PATH.sub(r"\1hidden", path), _SECRET_QUERY.sub(r"\1=hidden", query)

    # For people and tests.

    def set_faults(self, changes: Json) -> None:
        """Merge `changes`; some switches act at once."""
        with self.lock:
            super().set_faults(changes)
            if self.faults.expire_sessions:
                self.account.sessions.expire()
                self.faults.expire_sessions = False
            self.account.sessions.revoke(revoked=self.faults.revoke_key)
            if not changes or "stale_reads" in changes:
                self.account.world.freeze(stale=self.faults.stale_reads)

    def operations(self) -> list[tuple[str, str, frozenset[str]]]:
        """Return every operation offered: method, path, query parameters."""
        routes = self.account.routes.items()
        return [(method, path, each.params) for path, methods in routes for method, each in methods.items()]

    def tokens(self) -> Json:
        """Return the keys of the account, named as Samspill names its credentials."""
        return {"consumer_token": CONSUMER_TOKEN, "employee_token": EMPLOYEE_TOKEN}

    def collections(self) -> tuple[str, ...]:
        """Name the entities."""
        return self.account.collections

    def rows(self, collection: str) -> list[Json]:
        """Return every record of an entity."""
        entity = self._entity(collection)
        with self.lock:
            rows = list(self.account.world.rows(collection).values())
            return [self.account.renderer.show(entity, row) for row in rows]

    def add(self, collection: str, body: Json) -> Json:
        """Create a record by hand, under the vendor's rules."""
        entity = self._entity(collection)
        with self.lock:
            with self.account.by_hand() as world:
                row = writing.create(world, entity, body)
            shown = self.account.renderer.show(entity, row)
        return self._told(shown)

    def edit(self, collection: str, record_id: str, body: Json) -> Json:
        """Change a record by hand, under the vendor's rules."""
        entity = self._entity(collection)
        with self.lock:
            with self.account.by_hand() as world:
                row = writing.update(world, entity, _number(record_id), body, by_hand=True)
            shown = self.account.renderer.show(entity, row)
        return self._told(shown)

    def remove(self, collection: str, record_id: str) -> None:
        """Delete a record by hand, under the vendor's rules."""
        entity = self._entity(collection)
        with self.lock, self.account.by_hand() as world:
            writing.delete(world, entity, _number(record_id))
        self._told({})

    def _told(self, shown: Json) -> Json:
        if self.webhooks.automatic:
            self.webhooks.pump()
        return shown

    def _entity(self, collection: str) -> Entity:
        if collection not in self.account.collections:
            raise NoSuchRecord(f"{collection}: there are {', '.join(self.account.collections)}")
        return self.account.world.entities[collection]


SANDBOX = TripletexSandbox
"""What is served under its name."""


@cache
def _paths(paths: tuple[str, ...]) -> MapAdapter:
    """Return the matcher of these paths; it is the same for every account."""
    rules = [Rule(_BRACES.sub(r"<\1>", f"/v2{path}"), endpoint=path) for path in paths]
    return Map(rules, strict_slashes=False, merge_slashes=False).bind("sandbox")


def _number(record_id: str) -> int:
    if not record_id.isdecimal():
        raise NoSuchRecord(record_id)
    return int(record_id)


def _not_offered(_ask: Ask) -> Response:
    """Refuse a method the path does not have; Tripletex was seen to answer 403 to such calls."""
    raise forbidden()
