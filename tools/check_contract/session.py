"""Calls on the server under test. Every answer is compared with the contract on its way back."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from tools.check_contract.contract import Contract

TIMEOUT_S = 30
LONGEST_WAIT_S = 120
TRIES = 5
PAGES = 20
"""So much of a list is read at most."""
KEY = "X-Api-Key"


class BreachError(Exception):
    """The server does not keep the contract. The text says what came."""

    def __init__(self, came: str, says: str) -> None:
        """Say what came, and what the contract says."""
        super().__init__(came)
        self.says = says


class NotTriedError(Exception):
    """A check could not be made. The text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that has the shape that the contract gives it."""

    call: str
    """Method and path, for people."""
    status: int
    headers: Mapping[str, str]
    json: Any
    says: str
    """What the contract says of it."""

    def breach(self, came: str, says: str = "") -> BreachError:
        """Return the error of an answer that has its shape, and is wrong all the same."""
        return BreachError(f"{self.call}: {came}", says or self.says)


class Session:
    """One run against one server with one key."""

    def __init__(
        self,
        contract: Contract,
        address: str,
        key: str,
        *,
        stamp: str,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Call nothing yet; `stamp` marks what is created."""
        self.contract = contract
        self.stamp = stamp
        self.calls = 0
        self.made: list[tuple[str, str]] = []
        """Paths and ids of what was created and not deleted."""
        self._key = key
        self._sleep = sleep
        self._client = httpx.Client(
            base_url=address.rstrip("/"), timeout=TIMEOUT_S, transport=transport, follow_redirects=False
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        expect: int,
        id: str = "",  # noqa: A002  # as in the path
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
        says: str = "",
    ) -> Answer:
        """Make a call of the contract.

        Raises:
            BreachError: another status than expected, or an answer that is not as the contract has it.
        """
        url = path.replace("{id}", quote(id, safe=""))
        signed = {KEY: self._key if key is None else key} if key != "" else {}
        content = {} if body is None else {"content": orjson.dumps(body)}
        typed = {} if body is None else {"content-type": "application/json"}
        response = self._sent(method, url, params=query, headers={**signed, **typed, **(headers or {})}, **content)
        call = f"{method} {url}" + (f"?{'&'.join(f'{name}={value}' for name, value in query.items())}" if query else "")
        status = response.status_code
        said = self.contract.says(path, method.lower(), expect)
        if status != expect:
            raise BreachError(f"{call}: answered {status} instead of {expect}{_why(response)}", says or said)
        wrong = [*self.contract.breaches(path, method.lower(), status, response.headers, response.content)]
        if wrong:
            raise BreachError(f"{call}: {'; '.join(wrong[:5])}", said)
        return Answer(call, status, response.headers, orjson.loads(response.content or b"null"), said)

    def pages(self, path: str, query: Mapping[str, str] | None = None, *, most: int = PAGES) -> Iterator[Answer]:
        """Read a list, page by page; at most so many."""
        after: dict[str, str] = {}
        for _ in range(most):
            answer = self.call("GET", path, query={**(query or {}), **after}, expect=200)
            yield answer
            if answer.json["next"] is None:
                return
            if answer.json["next"] == after.get("after"):
                raise answer.breach("`next` is the text that was given as `after`: the list never ends", LISTS)
            after = {"after": answer.json["next"]}

    def rows(self, path: str, query: Mapping[str, str] | None = None, *, most: int = PAGES) -> list[Any]:
        """Return the records of a list, of so many pages at most."""
        return [row for page in self.pages(path, query, most=most) for row in page.json["items"]]

    def create(self, kind: str, body: object) -> Answer:
        """Create a record, and remember to delete it."""
        answer = self.call("POST", f"/v1/{kind}", body=body, expect=201)
        self.made.append((f"/v1/{kind}/{{id}}", answer.json["id"]))
        return answer

    def clear(self) -> list[str]:
        """Delete what is left of what was created; return what could not be."""
        left = []
        for path, record_id in reversed(self.made):
            url = path.replace("{id}", quote(record_id, safe=""))
            try:
                gone = self._sent("DELETE", url, headers={KEY: self._key}).status_code in {204, 404}
            except BreachError:
                gone = False
            left += [] if gone else [url]
        self.made.clear()
        return left

    def wait(self, seconds: float) -> None:
        """Give the server time."""
        self._sleep(seconds)

    def _sent(self, method: str, url: str, **more: Any) -> httpx.Response:
        says = "429: Retry-After says in how many seconds to call again."
        for _ in range(TRIES):
            self.calls += 1
            try:
                response = self._client.request(method, url, **more)
            except httpx.HTTPError as error:
                raise BreachError(
                    f"{method} {url}: no answer ({type(error).__name__})", "every call is answered"
                ) from error
            if response.status_code != 429:
                return response
            told = response.headers.get("retry-after", "")
            if not told.isdecimal() or int(told) > LONGEST_WAIT_S:
                raise BreachError(f"{method} {url}: 429, and Retry-After is {told!r}", says)
            self._sleep(max(1, int(told)))
        raise BreachError(f"{method} {url}: 429 again and again, also after the seconds of Retry-After", says)


LISTS = "Lists are ordered by creation. `next` is the text to give as `after`, or null on the last page."


def _why(response: httpx.Response) -> str:
    """Return what an answer of another status says of itself, shortened."""
    return f": {response.text[:300]}" if response.status_code >= 400 and response.text else ""
