"""A sandbox that serves a contract of ours: keys, pages, versions, batches, problems, webhooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, Unpack

from werkzeug.wrappers import Request, Response

from local.vendors.app import Json, NoSuchRecord, Opening, Sandbox, json_response
from local.vendors.contract.batch import write_batch, write_item
from local.vendors.contract.faults import ContractFaults
from local.vendors.contract.hooks import Hooks
from local.vendors.contract.kinds import Kind, Record
from local.vendors.contract.paging import page
from local.vendors.contract.problems import Problem
from local.vendors.contract.store import Store, Stored
from local.vendors.contract.wire import body_of, if_match, problem_response, record_response
from local.vendors.rate import RateWindow

LARGEST_BODY = 1_000_000
KEY_NAME = "Samspill"


class ContractSandbox(Sandbox):
    """One account; its API begins with `/v1`. A vendor says what kinds of record there are."""

    kinds: ClassVar[Mapping[str, Kind]]
    header_prefix: ClassVar[str]
    api_key: ClassVar[str]
    account_name: ClassVar[str]

    faults: ContractFaults

    def __init__(self, **opening: Unpack[Opening]) -> None:
        """Open an empty account."""
        super().__init__(ContractFaults(), opening)
        self._rate = RateWindow(self.clock, 1000, 60)
        self._frozen: dict[str, dict[str, Stored]] | None = None
        self.reset()

    def reset(self) -> None:
        """Empty the account."""
        with self.lock:
            self.webhooks.clear()
            self.hooks = Hooks(
                self.clock, self.webhooks, self.header_prefix, self._version_of, https_only=self._https_only
            )
            self.store = Store(self.clock, self.kinds, self._changed)
            self._freeze()

    # The contract.

    def answer(self, request: Request) -> Response:
        """Answer one call as the contract says."""
        request_id = f"r{next(self._request_ids):08}"
        try:
            response = self._answer(request, request_id)
        except Problem as problem:
            response = problem_response(problem, request_id)
            if problem.status == 429:
                response.headers["Retry-After"] = problem.detail or "1"
        response.headers["X-Request-Id"] = request_id
        return response

    def _answer(self, request: Request, request_id: str) -> Response:
        if self.faults.revoke_key or request.headers.get("X-Api-Key") != self.api_key:
            raise Problem(401, "unauthorized")
        self._rate.limit = int(self.faults.rate_limit_calls)
        self._rate.window_s = self.faults.rate_limit_window_s
        allowance = self._rate.take(self.api_key, spent=self.faults.spend("rate_limit"))
        if not allowance.granted:
            raise Problem(429, "rate_limited", detail=str(allowance.reset_s))
        if (request.content_length or 0) > LARGEST_BODY:
            raise Problem(413, "body_too_large")
        parts = request.path.strip("/").split("/")
        match parts, request.method:
            case ["v1", "me"], "GET":
                return self._me()
            case ["v1", "webhooks"], "GET":
                self._may("webhooks", "read")
                return json_response({"items": [hook.as_json() for hook in self.hooks.held.values()]})
            case ["v1", "webhooks"], "POST":
                self._may("webhooks", "write")
                return json_response(self.hooks.subscribe(body_of(request), self._events()).as_json(), 201)
            case ["v1", "webhooks", hook_id], "DELETE":
                self._may("webhooks", "write")
                self.hooks.unsubscribe(hook_id)
                return Response(status=204)
            case ["v1", name, *rest], method if name in self.kinds:
                verb = "read" if method == "GET" else "write"
                if verb not in self.kinds[name].rights:
                    raise Problem(404, "not_found")
                self._may(name, verb)
                return self._records(self.kinds[name], rest, request, request_id)
        return self._other(parts, request)

    def _records(self, kind: Kind, rest: list[str], request: Request, request_id: str) -> Response:
        match rest, request.method:
            case [], "GET":
                seen = self._seen(kind.name).values()
                lag_s = self.faults.search_index_lag_s
                return json_response(page(seen, request.args, self.clock(), lag_s, kind.filters))
            case [], "POST":
                return record_response(self.store.create(kind, body_of(request)), 201)
            case ["batch"], "POST":
                return json_response(write_batch(partial(write_item, self.store, kind), body_of(request), request_id))
            case [record_id], "GET":
                return record_response(self._stored(kind, record_id))
            case [record_id], "PATCH":
                return record_response(self.store.change(kind, record_id, body_of(request), if_match(request)))
            case [record_id], "DELETE":
                self.store.delete(kind, record_id, if_match(request))
                return Response(status=204)
        raise Problem(404, "not_found")

    def _other(self, parts: list[str], request: Request) -> Response:
        """Answer what this contract has beside records of its kinds; parts begin with `v1`."""
        del parts, request
        raise Problem(404, "not_found")

    def _changed(self, kind: Kind, verb: str, record: Record) -> None:
        """Hear of a change to a record."""
        self.hooks.tell(kind, verb, record)

    def _stored(self, kind: Kind, record_id: str) -> Record:
        stored = self._seen(kind.name).get(record_id)
        if stored is None:
            raise Problem(404, "not_found")
        return stored.record

    def _seen(self, name: str) -> Mapping[str, Stored]:
        """Return the records that reads show."""
        return (self._frozen or self.store.held)[name]

    def _me(self) -> Response:
        granted = [right for right in self._rights() if not self._refused(*right.split(":"))]
        return json_response(
            {"accountId": "1", "accountName": self.account_name, "keyName": KEY_NAME, "permissions": granted}
        )

    def _rights(self) -> list[str]:
        own = [f"{kind.name}:{verb}" for kind in self.kinds.values() for verb in kind.rights]
        return [*own, "webhooks:read", "webhooks:write"]

    def _refused(self, name: str, verb: str) -> bool:
        return name in self.faults.missing_right or f"{name}:{verb}" in self.faults.missing_right

    def _may(self, name: str, verb: str) -> None:
        if self._refused(name, verb):
            raise Problem(403, "forbidden")

    def _events(self) -> frozenset[str]:
        return frozenset(f"{kind.subject}.{verb}" for kind in self.kinds.values() for verb in kind.verbs)

    def _version_of(self, kind: Kind, record_id: str) -> int | None:
        stored = self.store.held[kind.name].get(record_id)
        return stored.record["version"] if stored else None

    def failure(self, status: int) -> Response:
        """Answer with an error nobody caused, as a problem document."""
        request_id = f"r{next(self._request_ids):08}"
        response = problem_response(Problem(status, "injected", detail="sandbox: injected failure"), request_id)
        response.headers["X-Request-Id"] = request_id
        return response

    # For people and tests.

    def set_faults(self, changes: Json) -> None:
        """Merge `changes`; stale reads show what is there now."""
        with self.lock:
            super().set_faults(changes)
            if not changes or "stale_reads" in changes:
                self._freeze()

    def _freeze(self) -> None:
        stale = self.faults.stale_reads
        self._frozen = {name: dict(held) for name, held in self.store.held.items()} if stale else None

    def tokens(self) -> Json:
        """Return the key of the account, named as Samspill names its credentials."""
        return {"api_key": self.api_key}

    def collections(self) -> tuple[str, ...]:
        """Name the kinds."""
        return tuple(self.kinds)

    def rows(self, collection: str) -> list[Json]:
        """Return every record of a kind."""
        kind = self._kind(collection)
        with self.lock:
            return [dict(each.record) for each in self.store.held[kind.name].values()]

    def add(self, collection: str, body: Json) -> Json:
        """Create a record by hand, under the vendor's rules."""
        return self._by_hand(collection, lambda kind: dict(self.store.create(kind, body)))

    def edit(self, collection: str, record_id: str, body: Json) -> Json:
        """Change a record by hand, under the vendor's rules."""
        return self._by_hand(collection, lambda kind: dict(self.store.change(kind, record_id, body)))

    def remove(self, collection: str, record_id: str) -> None:
        """Delete a record by hand, under the vendor's rules."""
        self._by_hand(collection, lambda kind: self.store.delete(kind, record_id))

    def _by_hand[T](self, collection: str, work: Callable[[Kind], T]) -> T:
        kind = self._kind(collection)
        with self.lock:
            done = work(kind)
        if self.webhooks.automatic:
            self.webhooks.pump()
        return done

    def _kind(self, collection: str) -> Kind:
        if collection not in self.kinds:
            raise NoSuchRecord(f"{collection}: there are {', '.join(self.kinds)}")
        return self.kinds[collection]
