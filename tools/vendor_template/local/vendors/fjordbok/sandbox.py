"""Fjordbok's API in memory. What is known of the vendor, and what is assumed, is in README.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Unpack

import orjson
from werkzeug.wrappers import Request, Response

from local.vendors.app import Json, NoSuchRecord, Opening, Refused, Sandbox, json_response
from local.vendors.data.counterpart import counterpart
from local.vendors.data.dataset import Dataset
from local.vendors.faults import Faults, flag
from local.vendors.rate import RateWindow

TOKEN = "sandbox-fjordbok-token-0001"
PAGE = 100
LONGEST_NAME = 100
FILTERS = frozenset({"after", "changedSince", "reference"})
EMPTY: Json = {"name": "", "orgNo": None, "mail": None, "archived": False, "reference": None}


@dataclass(slots=True)
class FjordbokFaults(Faults):
    """Beside the common ones: the customer's key is worthless."""

    revoke_key: bool = flag()


class Refusal(Refused):
    """Fjordbok says no."""

    def __init__(self, status: int, code: str, message: str, field: str | None = None) -> None:
        """Say it in Fjordbok's words."""
        super().__init__(message)
        self.status = status
        self._told: Json = {"code": code, "field": field, "message": message}

    def document(self) -> Json:
        """Return what Fjordbok says."""
        return self._told


class FjordbokSandbox(Sandbox):
    """One account with Fjordbok."""

    name: ClassVar[str] = "fjordbok"
    faults: FjordbokFaults

    def __init__(self, **opening: Unpack[Opening]) -> None:
        """Open an empty account."""
        super().__init__(FjordbokFaults(), opening)
        self._rate = RateWindow(self.clock, 1000, 60)
        self.reset()

    def reset(self) -> None:
        """Empty the account."""
        with self.lock:
            self._contacts: dict[str, Json] = {}
            self._last = 1000

    def load(self, dataset: Dataset) -> None:
        """Fill the account with what the demo company entered here by hand over the years."""
        with self.lock:
            for each in counterpart(dataset, self.name).customers:
                told = {"name": each.name, "orgNo": each.organization_number, "mail": each.email or None}
                self._save(None, {**told, "archived": not each.is_active})

    # Fjordbok's API.

    def answer(self, request: Request) -> Response:
        """Answer one call as Fjordbok would."""
        try:
            response = self._answer(request)
        except Refusal as refusal:
            response = json_response(refusal.document(), refusal.status)
            if refusal.status == 429:
                response.headers["Retry-After"] = "60"
        response.headers["X-Request-Id"] = f"r{next(self._request_ids):08}"
        return response

    def _answer(self, request: Request) -> Response:
        if self.faults.revoke_key or request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise Refusal(401, "key", "unknown key")
        if not self._rate.take(TOKEN, spent=self.faults.spend("rate_limit")).granted:
            raise Refusal(429, "rate", "too many calls")
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["me"]:
                return json_response({"user": "Kari Nordmann", "company": "Nordlys Installasjon AS", "companyId": "7"})
            case "GET", ["contacts"]:
                return json_response(self._page(request.args))
            case "POST", ["contacts"]:
                return json_response(self._save(None, orjson.loads(request.get_data())), 201)
            case "GET", ["contacts", number]:
                return json_response(self._held(number))
            case "PATCH", ["contacts", number]:
                version = self._held(number)["version"]
                if request.headers.get("If-Match", f'"{version}"') != f'"{version}"':
                    raise Refusal(412, "version", "changed by somebody else")
                return json_response(self._save(number, orjson.loads(request.get_data())))
        raise Refusal(404, "gone", "no such address")

    def failure(self, status: int) -> Response:
        """Answer with an error nobody caused."""
        return json_response({"code": "error", "field": None, "message": "sandbox: injected failure"}, status)

    def _page(self, query: dict[str, str]) -> Json:
        if unknown := query.keys() - FILTERS:
            raise Refusal(400, "filter", f"no filter {min(unknown)}")
        rows = [row for number, row in self._contacts.items() if int(number) > int(query.get("after", 0))]
        if "changedSince" in query:
            since = datetime.fromisoformat(query["changedSince"])
            rows = [row for row in rows if datetime.fromisoformat(row["changedAt"]) >= since]
        if "reference" in query:
            rows = [row for row in rows if row["reference"] == query["reference"]]
        return {"items": rows[:PAGE], "next": rows[PAGE - 1]["id"] if len(rows) > PAGE else None}

    def _held(self, number: str) -> Json:
        if number not in self._contacts:
            raise Refusal(404, "gone", "no such contact")
        return self._contacts[number]

    def _save(self, number: str | None, body: Json) -> Json:
        before = {"version": 0, **EMPTY} if number is None else self._held(number)
        if unknown := body.keys() - EMPTY.keys():
            raise Refusal(422, "unknown", "no such field", min(unknown))
        row = before | body
        if not 0 < len(row["name"] or "") <= LONGEST_NAME:
            raise Refusal(422, "length", f"1 to {LONGEST_NAME} characters", "name")
        if number is None:
            self._last += 1
            number = str(self._last)
        changed = {"id": number, "version": row["version"] + 1, "changedAt": self.clock().isoformat()}
        self._contacts[number] = row | changed
        return self._contacts[number]

    # For people and tests.

    def tokens(self) -> Json:
        """Return the made-up key, named as Samspill names its credentials."""
        return {"token": TOKEN}

    def collections(self) -> tuple[str, ...]:
        """Name the only one."""
        return ("contacts",)

    def rows(self, collection: str) -> list[Json]:
        """Return every contact."""
        self._known(collection)
        with self.lock:
            return [dict(row) for row in self._contacts.values()]

    def add(self, collection: str, body: Json) -> Json:
        """Enter a contact by hand."""
        self._known(collection)
        with self.lock:
            return dict(self._save(None, body))

    def edit(self, collection: str, record_id: str, body: Json) -> Json:
        """Change a contact by hand."""
        self._known(collection, record_id)
        with self.lock:
            return dict(self._save(record_id, body))

    def remove(self, collection: str, record_id: str) -> None:
        """Delete a contact by hand."""
        self._known(collection, record_id)
        with self.lock:
            del self._contacts[record_id]

    def _known(self, collection: str, record_id: str | None = None) -> None:
        if collection != "contacts" or (record_id is not None and record_id not in self._contacts):
            raise NoSuchRecord(collection if record_id is None else f"{collection}/{record_id}")


SANDBOX = FjordbokSandbox
"""What is served under its name."""
