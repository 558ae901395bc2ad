"""Checks that write: on a test account, and what they create they delete."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tools.check_contract.checks import Check
from tools.check_contract.contract import Contract
from tools.check_contract.reading import GONE, ID, REFUSED
from tools.check_contract.session import Answer, NotTriedError, Session

KEPT = "A field that a write leaves out keeps its value; `null` empties it."
SAME = "A write that changes nothing raises neither."
STALE = "The record has another version by now (`stale`)."
SEARCH = (
    "It can be searched for, and it need not be unique. The search may be some seconds behind; reading by id never is."
)
ALONE = (
    "The items are carried out in their order. One that is refused, also for a field that breaks its schema, does not "
    "touch the others; only a batch that is no list of items is refused as a whole."
)
HTTPS = "Absolute and https."
LAG_S = 30
"""“Some seconds” are over by then."""


@dataclass
class Tried:
    """The record of one kind that the checks write to, one after the other."""

    kind: str
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where one record is."""
        return f"/v1/{self.kind}/{{id}}"

    def known(self) -> dict[str, Any]:
        """Return the record as it was last told."""
        if not self.record:
            raise NotTriedError("nothing could be created")
        return self.record


def writing(contract: Contract) -> list[Check]:
    """Return the checks of a contract that write."""
    steps: list[tuple[str, Callable[[Session, Tried], None]]] = [
        ("are created with what was sent", _created),
        ("are found by the reference they were created with", _found),
        ("are changed in what is sent and nothing else", _changed),
        ("keep their version when nothing changes", _unchanged),
        ("are emptied of what is sent as null", _emptied),
        ("are not changed under a version that is past", _stale),
        ("with a field that there is not are refused", _unknown_field),
        ("in a batch are written each on its own", _batch),
        ("that are deleted are gone", _deleted),
    ]
    checks = []
    for kind in contract.writable:
        tried = Tried(kind)
        checks += [Check(f"{kind} {what}", partial(_with, run, tried)) for what, run in steps]
    return [
        *checks,
        Check("a subscription is made, listed and ended", _subscribed),
        Check("a subscription to an address without https is refused", _insecure),
    ]


def sample(session: Session, kind: str, name: str = "") -> dict[str, Any]:
    """Return a body that creates a record; what people see of it says where it comes from."""
    return dict.fromkeys(session.contract.required(kind), f"Samspill ÆØÅ {name}{session.stamp}")


def _with(run: Callable[[Session, Tried], None], tried: Tried, session: Session) -> None:
    run(session, tried)


def _spare(session: Session, kind: str) -> tuple[str, str]:
    """Return a field of a record that may be empty and is known by nobody else, and what it may hold."""
    fields = session.contract.fields(kind)
    name = next(
        name
        for name, each in fields.items()
        if each.get("type") == ["string", "null"] and name not in {"number", "externalReference"} and name[-2:] != "Id"
    )
    return name, "2026-01-31" if fields[name].get("format") == "date" else "1001"


def _created(session: Session, tried: Tried) -> None:
    spare, value = _spare(session, tried.kind)
    body = {**sample(session, tried.kind), spare: value, "externalReference": f"samspill-{session.stamp}"}
    answer = session.create(tried.kind, body)
    _is(answer, body)
    again = session.call("GET", tried.path, id=answer.json["id"], expect=200)
    if again.json != answer.json:
        raise again.breach("is not what the create answered", SEARCH)
    tried.record = answer.json


def _found(session: Session, tried: Tried) -> None:
    wanted = tried.known()["id"]
    query = {"externalReference": f"samspill-{session.stamp}"}
    for _ in range(LAG_S):
        if wanted in {row["id"] for row in session.rows(f"/v1/{tried.kind}", query)}:
            return
        session.wait(1)
    page = next(session.pages(f"/v1/{tried.kind}", query))
    raise page.breach(f"{wanted} is not found after {LAG_S} seconds", SEARCH)


def _changed(session: Session, tried: Tried) -> None:
    before = tried.known()
    body = sample(session, tried.kind, "changed ")
    answer = _patched(session, tried, body)
    _is(answer, {**{name: before[name] for name in before if name not in {"version", "updatedAt"}}, **body}, KEPT)
    if answer.json["version"] != before["version"] + 1:
        raise answer.breach(f"the version went from {before['version']} to {answer.json['version']}", ID)


def _unchanged(session: Session, tried: Tried) -> None:
    before = tried.known()
    answer = _patched(session, tried, {name: before[name] for name in session.contract.required(tried.kind)})
    for name in ("version", "updatedAt"):
        if answer.json[name] != before[name]:
            raise answer.breach(f"{name} went from {before[name]} to {answer.json[name]}", SAME)


def _emptied(session: Session, tried: Tried) -> None:
    tried.known()
    spare, _value = _spare(session, tried.kind)
    _is(_patched(session, tried, {spare: None}), {spare: None}, KEPT)


def _stale(session: Session, tried: Tried) -> None:
    before = tried.known()
    old = {"If-Match": f'"{before["version"] - 1}"'}
    session.call(
        "PATCH",
        tried.path,
        id=before["id"],
        body=sample(session, tried.kind, "too late "),
        headers=old,
        expect=412,
        says=STALE,
    )
    answer = session.call("GET", tried.path, id=before["id"], expect=200)
    if answer.json != before:
        raise answer.breach("a change that was refused was made all the same", STALE)


def _unknown_field(session: Session, tried: Tried) -> None:
    before = tried.known()
    answer = session.call("PATCH", tried.path, id=before["id"], body={"samspillNoSuch": "1"}, expect=422, says=REFUSED)
    if "samspillNoSuch" not in {each["field"] for each in answer.json.get("errors", [])}:
        raise answer.breach("`errors` does not name the field")


def _batch(session: Session, tried: Tried) -> None:
    first, last = (sample(session, tried.kind, f"{name} ") for name in ("first", "last"))
    wrong = {**first, "samspillNoSuch": "1"}
    items = [{"create": first}, {"create": wrong}, {"create": last}]
    answer = session.call("POST", f"/v1/{tried.kind}/batch", body={"items": items}, expect=200, says=ALONE)
    made = [each["record"] for each in answer.json["results"] if "record" in each]
    session.made += [(tried.path, record["id"]) for record in made]
    statuses = [each["status"] for each in answer.json["results"]]
    if statuses != [201, 422, 201]:
        raise answer.breach(f"of a good, a bad and a good item the statuses are {statuses}", ALONE)
    for body, record in zip((first, last), made, strict=True):
        if any(record[name] != value for name, value in body.items()):
            raise answer.breach("a result is not in the place of its item", ALONE)


def _deleted(session: Session, tried: Tried) -> None:
    record = tried.known()
    session.call("DELETE", tried.path, id=record["id"], expect=204)
    session.made.remove((tried.path, record["id"]))
    session.call("GET", tried.path, id=record["id"], expect=404, says=GONE)


def _subscribed(session: Session) -> None:
    url = f"https://samspill-{session.stamp}.invalid/hooks"
    body = {"url": url, "events": session.contract.events()[:1], "secret": f"samspill-{session.stamp}-secret"}
    made = session.call("POST", "/v1/webhooks", body=body, expect=201)
    session.made.append(("/v1/webhooks/{id}", made.json["id"]))
    listed = session.call("GET", "/v1/webhooks", expect=200)
    if made.json not in listed.json["items"]:
        raise listed.breach("the subscription that was just made is not in the list")
    session.call("DELETE", "/v1/webhooks/{id}", id=made.json["id"], expect=204)
    session.made.remove(("/v1/webhooks/{id}", made.json["id"]))
    after = session.call("GET", "/v1/webhooks", expect=200)
    if made.json["id"] in {each["id"] for each in after.json["items"]}:
        raise after.breach("the subscription that was ended is still in the list")


def _insecure(session: Session) -> None:
    url = f"http://samspill-{session.stamp}.invalid/hooks"
    body = {"url": url, "events": session.contract.events()[:1], "secret": f"samspill-{session.stamp}-secret"}
    session.call("POST", "/v1/webhooks", body=body, expect=422, says=HTTPS)


def _patched(session: Session, tried: Tried, body: dict[str, Any]) -> Answer:
    record = tried.known()
    under = {"If-Match": f'"{record["version"]}"'}
    answer = session.call("PATCH", tried.path, id=record["id"], body=body, headers=under, expect=200)
    tried.record = answer.json
    return answer


def _is(answer: Answer, wanted: dict[str, Any], says: str = "") -> None:
    for name, value in wanted.items():
        if answer.json[name] != value:
            raise answer.breach(f"{name} is {answer.json[name]!r} instead of {value!r}", says)
