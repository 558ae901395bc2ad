"""A server that keeps a contract is told so, and one that does not is told where, whatever it does wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from local.vendors.clock import ManualClock
from local.vendors.contract.sandbox import ContractSandbox
from local.vendors.data import build
from local.vendors.svenn.sandbox import SvennSandbox
from local.vendors.timerabbit.sandbox import TimerabbitSandbox
from local.vendors.transport import SandboxTransport
from tools.check_contract import __main__ as command
from tools.check_contract import reading, session, writing
from tools.check_contract.__main__ import main, run
from tools.check_contract.checks import Outcome, Result, results
from tools.check_contract.contract import Contract, names
from tools.check_contract.session import Session

SANDBOXES: dict[str, type[ContractSandbox]] = {"svenn": SvennSandbox, "timerabbit": TimerabbitSandbox}
ADDRESS = "https://vendor.example"

type Inner = Callable[[httpx.Request], httpx.Response]
type Wrong = Callable[[httpx.Request, Inner], httpx.Response]


def opened(vendor: str) -> ContractSandbox:
    sandbox = SANDBOXES[vendor](clock=ManualClock())
    sandbox.load(build(7, "demo"))
    return sandbox


def held(sandbox: ContractSandbox) -> dict[str, list[dict[str, Any]]]:
    return {collection: sandbox.rows(collection) for collection in sandbox.collections()}


def against(sandbox: ContractSandbox, transport: httpx.BaseTransport | None = None, key: str = "") -> Session:
    served = transport or SandboxTransport(sandbox)
    assert isinstance(sandbox.clock, ManualClock)
    return Session(
        Contract.load(sandbox.name),
        ADDRESS,
        key or sandbox.tokens()["api_key"],
        stamp="ab12cd34",
        transport=served,
        sleep=sandbox.clock.advance,
    )


def all_checks(session: Session) -> list[Result]:
    return list(results(reading.reading(session.contract) + writing.writing(session.contract), session))


def test_every_contract_is_known() -> None:
    assert {*names()} == {*SANDBOXES}


@pytest.mark.parametrize("vendor", SANDBOXES)
def test_a_sandbox_keeps_its_contract_and_is_left_as_it_was(vendor: str) -> None:
    sandbox = opened(vendor)
    before, tested = held(sandbox), against(sandbox)

    found = all_checks(tested)

    assert [each for each in found if each.outcome is not Outcome.KEPT] == []
    assert tested.clear() == []
    assert held(sandbox) == before


@pytest.mark.parametrize("vendor", SANDBOXES)
def test_nothing_is_written_unless_it_is_asked_for(vendor: str, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox = opened(vendor)
    assert run(against(sandbox), write=False) == 0
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert "0 broken" in capsys.readouterr().out


@pytest.mark.parametrize("vendor", SANDBOXES)
def test_an_empty_account_is_not_taken_for_one_that_keeps_the_contract(vendor: str) -> None:
    tested = against(SANDBOXES[vendor](clock=ManualClock()))
    found = {each.title: each.outcome for each in results(reading.reading(tested.contract), tested)}
    assert found["customers are read by id as they are listed"] is Outcome.NOT_TRIED
    assert Outcome.BROKEN not in found.values()


@pytest.mark.parametrize("vendor", SANDBOXES)
def test_what_is_said_to_stand_in_the_contract_stands_there(vendor: str) -> None:
    text = " ".join(str(Contract.load(vendor).document).replace("\\n", " ").split())
    said = [
        session.LISTS,
        *(
            value
            for module in (reading, writing)
            for name, value in vars(module).items()
            if name.isupper() and isinstance(value, str) and name != "ME"
        ),
    ]
    assert len(said) > 10
    assert [each for each in said if each not in text] == []


# --- wrong servers ---------------------------------------------------------------------------------------------------


def changed(change: Callable[[Any], object], method: str = "GET", path: str = ".*") -> Wrong:
    """Change what is answered to these calls."""

    def wrong(request: httpx.Request, inner: Inner) -> httpx.Response:
        answer = inner(request)
        if request.method == method and re.fullmatch(f"/v1/{path}", request.url.path) and answer.status_code < 300:
            body = orjson.loads(answer.content)
            change(body)
            return again(answer, body)
        return answer

    return wrong


def again(answer: httpx.Response, body: object) -> httpx.Response:
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return httpx.Response(answer.status_code, headers=headers, content=orjson.dumps(body))


def asked(change: Callable[[httpx.Request], httpx.Request]) -> Wrong:
    """Take these calls for others."""
    return lambda request, inner: inner(change(request))


def without(*parameters: str) -> Wrong:
    """Take no notice of some parameters."""

    def change(request: httpx.Request) -> httpx.Request:
        url = request.url
        for name in parameters:
            url = url.copy_remove_param(name)
        return httpx.Request(request.method, url, headers=request.headers, content=request.content)

    return asked(change)


def with_header(name: str, value: str) -> Wrong:
    def change(request: httpx.Request) -> httpx.Request:
        return httpx.Request(
            request.method, request.url, headers={**request.headers, name: value}, content=request.content
        )

    return asked(change)


def no_precondition(request: httpx.Request, inner: Inner) -> httpx.Response:
    headers = {name: value for name, value in request.headers.items() if name != "if-match"}
    return inner(httpx.Request(request.method, request.url, headers=headers, content=request.content))


def trimmed_bodies(request: httpx.Request, inner: Inner) -> httpx.Response:
    content = request.content.replace("ÆØÅ".encode(), b"AEOA")
    return inner(httpx.Request(request.method, request.url, headers=_unsized(request), content=content))


def taking_anything(request: httpx.Request, inner: Inner) -> httpx.Response:
    content = request.content.replace(b'"samspillNoSuch":"1"', b'"active":true') if request.content else b""
    return inner(httpx.Request(request.method, request.url, headers=_unsized(request), content=content))


def forgetting_nulls(request: httpx.Request, inner: Inner) -> httpx.Response:
    if request.method == "PATCH" and b"null" in request.content:
        request = httpx.Request("PATCH", request.url, headers=_unsized(request), content=b"{}")
    return inner(request)


def all_or_nothing(request: httpx.Request, inner: Inner) -> httpx.Response:
    if not request.url.path.endswith("/batch"):
        return inner(request)
    problem = {"type": "about:blank", "title": "Unprocessable", "status": 422, "code": "validation"}
    return problem_of(problem)


def problem_of(problem: dict[str, object]) -> httpx.Response:
    headers = {"content-type": "application/problem+json", "x-request-id": "r1"}
    return httpx.Response(int(str(problem["status"])), headers=headers, content=orjson.dumps(problem))


def deleting_nothing(request: httpx.Request, inner: Inner) -> httpx.Response:
    if request.method != "DELETE":
        return inner(request)
    return httpx.Response(204, headers={"x-request-id": "r1"})


def without_request_id(request: httpx.Request, inner: Inner) -> httpx.Response:
    answer = inner(request)
    del answer.headers["x-request-id"]
    return answer


def as_html(request: httpx.Request, inner: Inner) -> httpx.Response:
    answer = inner(request)
    return (
        answer if answer.is_success else httpx.Response(answer.status_code, headers={"x-request-id": "r"}, html="<p>no")
    )


def always_limited(_request: httpx.Request, _inner: Inner) -> httpx.Response:
    return httpx.Response(429, headers={"x-request-id": "r", "retry-after": "1"})


def limited_without_an_end(_request: httpx.Request, _inner: Inner) -> httpx.Response:
    return httpx.Response(429, headers={"x-request-id": "r"})


def unreachable(request: httpx.Request, _inner: Inner) -> httpx.Response:
    raise httpx.ConnectError("nobody there", request=request)


def redirecting(request: httpx.Request, _inner: Inner) -> httpx.Response:
    return httpx.Response(302, headers={"location": f"https://elsewhere.example{request.url.path}"})


def raised(body: Any) -> None:
    body["version"] += 1


def stuck(body: Any) -> None:
    if "next" in body and body["items"]:
        body["next"] = "again"


def doubled(body: Any) -> None:
    body["items"] += body["items"][:1]


def _unsized(request: httpx.Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name not in {"content-length", "host"}}


ALL = "the key tells its account and what it may do"
WRONGS: dict[str, tuple[Wrong, str]] = {
    "the company is not named": (changed(lambda body: body.update(accountName=" "), path="me"), ALL),
    "the account has no id": (changed(lambda body: body.pop("accountId"), path="me"), ALL),
    "answers have no request id": (without_request_id, ALL),
    "errors are pages for people": (as_html, "a call without a key is refused"),
    "every key is good": (
        with_header("x-api-key", "sandbox-timerabbit-key-0001"),
        "a call with an unknown key is refused",
    ),
    "nobody is there": (unreachable, ALL),
    "it leads elsewhere": (redirecting, ALL),
    "it is limited for ever": (always_limited, ALL),
    "it does not say for how long it is limited": (limited_without_an_end, ALL),
    "a list never ends": (changed(stuck, path="customers"), "customers are listed to the end, each once"),
    "a record is listed twice": (changed(doubled, path="customers"), "customers are listed to the end, each once"),
    "the limit is not kept": (without("limit"), "customers come in the same order in small pages"),
    "pages begin anew": (without("after"), "customers come in the same order in small pages"),
    "a row lacks a field": (
        changed(lambda body: [row.pop("email") for row in body["items"]], path="customers"),
        "customers are listed to the end, each once",
    ),
    "a version is text": (
        changed(lambda body: [row.update(version=str(row["version"])) for row in body["items"]], path="customers"),
        "customers are listed to the end, each once",
    ),
    "a record differs from its row": (
        changed(lambda body: body.update(name="X"), path="customers/[^/]+"),
        "customers are read by id as they are listed",
    ),
    "the version is not the one in the header": (
        changed(raised, path="projects/[^/]+"),
        "projects are read by id as they are listed",
    ),
    "an unknown parameter is ignored": (
        without("samspillNoSuch"),
        "customers are not listed by a parameter that there is not",
    ),
    "changes are not asked for": (without("updatedSince"), "customers are listed by when they changed"),
    "a moment has no zone": (
        changed(lambda body: [row.update(updatedAt="2026-03-02T08:00:00") for row in body["items"]], path="customers"),
        "customers are listed by when they changed",
    ),
    "a number is not searched for": (without("number"), "customers are found by their number, and no others"),
    "a reference is not searched for": (
        without("externalReference"),
        "customers with a reference that nobody gave are not found",
    ),
    "a create loses letters": (trimmed_bodies, "customers are created with what was sent"),
    "a created record is never found": (
        changed(lambda body: body.update(items=[]), path="customers"),
        "customers are found by the reference they were created with",
    ),
    "a change raises the version by two": (
        changed(raised, "PATCH", "customers/[^/]+"),
        "customers are changed in what is sent and nothing else",
    ),
    "a change empties the rest": (
        changed(lambda body: body.update(organizationNumber=None), "PATCH", "customers/[^/]+"),
        "customers are changed in what is sent and nothing else",
    ),
    "null changes nothing": (forgetting_nulls, "customers are emptied of what is sent as null"),
    "the last write wins": (no_precondition, "customers are not changed under a version that is past"),
    "an unknown field is ignored": (taking_anything, "customers with a field that there is not are refused"),
    "a batch is all or nothing": (all_or_nothing, "customers in a batch are written each on its own"),
    "a batch is answered in another order": (
        changed(lambda body: body["results"].reverse(), "POST", "customers/batch"),
        "customers in a batch are written each on its own",
    ),
    "nothing is ever deleted": (deleting_nothing, "customers that are deleted are gone"),
    "a subscription is not listed": (
        changed(lambda body: body.update(items=[]), path="webhooks"),
        "a subscription is made, listed and ended",
    ),
}


class Wrongly(httpx.BaseTransport):
    """Serves a sandbox, with something wrong about it."""

    def __init__(self, sandbox: ContractSandbox, wrong: Wrong) -> None:
        self._inner, self._wrong = SandboxTransport(sandbox), wrong

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._wrong(request, self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        answer.read()
        return answer


@pytest.mark.parametrize("what", WRONGS)
def test_a_server_that_breaks_the_contract_is_told_where_and_what_the_contract_says(what: str) -> None:
    wrong, title = WRONGS[what]
    sandbox = opened("timerabbit")

    found = {each.title: each for each in all_checks(against(sandbox, Wrongly(sandbox, wrong)))}

    assert found[title].outcome is Outcome.BROKEN, what
    assert found[title].came
    assert found[title].says


@pytest.mark.parametrize("slow", [{"rate_limit": 1}, {"rate_limit_calls": 10}, {"search_index_lag_s": 9}])
def test_a_server_is_waited_for_as_the_contract_allows_it(slow: dict[str, object]) -> None:
    sandbox = opened("timerabbit")
    sandbox.set_faults(slow)
    assert {each.outcome for each in all_checks(against(sandbox))} == {Outcome.KEPT}


def test_what_could_not_be_deleted_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    sandbox = opened("timerabbit")
    refused = {"type": "about:blank", "title": "Conflict", "status": 409, "code": "in_use"}

    def keeping(request: httpx.Request, inner: Inner) -> httpx.Response:
        return problem_of(refused) if request.method == "DELETE" else inner(request)

    assert run(against(sandbox, Wrongly(sandbox, keeping)), write=True) == 1

    said = capsys.readouterr().out
    left = {row["id"] for row in sandbox.rows("customers") if "Samspill" in row["name"]}
    assert len(left) == 3
    assert all(f"/v1/customers/{each} was created and could not be deleted" in said for each in left)


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> ContractSandbox:
    """Have every session lead to a sandbox."""
    sandbox = opened("timerabbit")
    real = Session

    def led(contract: Contract, address: str, key: str, *, stamp: str) -> Session:
        return real(contract, address, key, stamp=stamp, transport=SandboxTransport(sandbox))

    monkeypatch.setattr(command, "Session", led)
    return sandbox


def test_a_key_from_a_file_is_used_and_never_shown(
    served: ContractSandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = served.tokens()["api_key"]
    (tmp_path / "key").write_text(f"{key}\n", encoding="utf-8")

    assert main([ADDRESS, "--contract", "timerabbit", "--key-file", str(tmp_path / "key")]) == 0

    said = capsys.readouterr()
    assert "22 kept, 0 broken, 0 not tried" in said.out
    assert "Nothing was written" in said.out
    assert key not in said.out + said.err


def test_a_key_is_asked_for_without_being_shown(
    served: ContractSandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "wrong-key")

    assert main([ADDRESS, "--contract", "timerabbit"]) == 1

    said = capsys.readouterr().out
    assert "✗ the key tells its account and what it may do" in said
    assert "GET /v1/me: answered 401 instead of 200" in said
    assert "wrong-key" not in said


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://vendor.example", "https, unless"),
        ("vendor.example", "an address such as"),
        ("https://user:secret@vendor.example", "an address such as"),
        ("https://vendor.example?key=secret", "an address such as"),
    ],
)
def test_a_key_is_not_sent_in_the_clear_nor_taken_from_the_command_line(
    address: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([address, "--contract", "timerabbit"])
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:4580/timerabbit", "http://localhost:8000", "https://api.x.no/base"]
)
def test_a_server_on_this_machine_needs_no_https(address: str) -> None:
    assert command.address(address) == address
