"""Checks that change nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from tools.check_contract.checks import Check
from tools.check_contract.contract import Contract
from tools.check_contract.session import LISTS, Answer, NotTriedError, Session

ID = "Every record has an `id`, which never changes, a `version`, one higher after each change, and `updatedAt`."
REFUSED = "A field that does not exist is refused, and so is a query parameter."
GONE = "only 404 by id tells that it is gone."
SINCE = "Only records whose `updatedAt` is at or after this moment."
EXACT = "Only records with exactly this number."
REFERENCE = "Only records with exactly this external reference."
KEYS = "The key is missing or unknown (`unauthorized`)."
ME = "/v1/me"


def reading(contract: Contract) -> list[Check]:
    """Return the checks of a contract that change nothing."""
    checks = [
        Check("the key tells its account and what it may do", _account),
        Check("a call without a key is refused", partial(_refused_key, key="")),
        Check("a call with an unknown key is refused", partial(_refused_key, key="no-such-key")),
    ]
    for kind in contract.kinds:
        known = contract.parameters(f"/v1/{kind}", "get")
        every: list[tuple[str, Callable[[Session, str], None], str]] = [
            ("are listed to the end, each once", _listed, ""),
            ("come in the same order in small pages", _paged, ""),
            ("are read by id as they are listed", _read, ""),
            ("that do not exist are not found", _gone, ""),
            ("are not listed by a parameter that there is not", _unknown_parameter, ""),
            ("are not listed by a limit that there is not", _unknown_limit, ""),
            ("are listed by when they changed", _since, "updatedSince"),
            ("are found by their number, and no others", _numbered, "number"),
            ("with a reference that nobody gave are not found", _referenced, "externalReference"),
        ]
        checks += [
            Check(f"{kind} {what}", partial(_of, run, kind)) for what, run, needs in every if needs in {"", *known}
        ]
    return [*checks, Check("subscriptions to webhooks are listed", _subscriptions)]


def _of(run: Callable[[Session, str], None], kind: str, session: Session) -> None:
    run(session, f"/v1/{kind}")


def _account(session: Session) -> None:
    answer = session.call("GET", ME, expect=200)
    for name in ("accountId", "accountName"):
        if not str(answer.json[name]).strip():
            raise answer.breach(f"{name} is empty: nobody could tell whose account it is")


def _refused_key(session: Session, key: str) -> None:
    answer = session.call("GET", ME, key=key, expect=401, says=KEYS)
    if answer.json["code"] != "unauthorized":
        raise answer.breach(f"the code is {answer.json['code']!r}", KEYS)


def _listed(session: Session, path: str) -> None:
    seen: set[str] = set()
    for page in session.pages(path, {"limit": "200"}):
        if len(page.json["items"]) > 200:
            raise page.breach(f"{len(page.json['items'])} records on a page of 200", "Records per page.")
        for row in page.json["items"]:
            if row["id"] in seen:
                raise page.breach(f"{row['id']} is listed twice", LISTS)
            seen.add(row["id"])


def _paged(session: Session, path: str) -> None:
    whole = [row["id"] for row in session.rows(path, {"limit": "6"}, most=1)]
    if len(whole) < 2:
        raise NotTriedError("there are not two records")
    small = list(session.pages(path, {"limit": "2"}, most=3))
    for page in small:
        if len(page.json["items"]) > 2:
            raise page.breach(f"{len(page.json['items'])} records on a page of 2", "Records per page.")
    ids = [row["id"] for page in small for row in page.json["items"]]
    if ids != whole[: len(ids)] or len(ids) < len(whole):
        raise small[-1].breach("pages of two hold other records, or in another order, than one page of six", LISTS)


def _read(session: Session, path: str) -> None:
    rows = session.rows(path, {"limit": "3"}, most=1)
    if not rows:
        raise NotTriedError("there is no record")
    for row in rows:
        answer = session.call("GET", f"{path}/{{id}}", id=row["id"], expect=200)
        if answer.json["id"] != row["id"]:
            raise answer.breach(f"is the record {answer.json['id']}", ID)
        if answer.json["version"] == row["version"] and answer.json != row:
            differing = sorted(name for name in row if answer.json.get(name) != row[name])
            raise answer.breach(f"differs from its row in the list in {', '.join(differing)}", ID)
        if answer.headers.get("etag") != f'"{answer.json["version"]}"':
            raise answer.breach(f"ETag is {answer.headers.get('etag')}", "ETag: The version, in quotes.")


def _gone(session: Session, path: str) -> None:
    session.call("GET", f"{path}/{{id}}", id="samspill-no-such-id", expect=404, says=GONE)


def _unknown_parameter(session: Session, path: str) -> None:
    answer = session.call("GET", path, query={"samspillNoSuch": "1"}, expect=422, says=REFUSED)
    if "samspillNoSuch" not in {each["field"] for each in answer.json.get("errors", [])}:
        raise answer.breach("`errors` does not name the parameter", answer.says)


def _unknown_limit(session: Session, path: str) -> None:
    for limit in ("0", "201", "many"):
        session.call("GET", path, query={"limit": limit}, expect=422, says="limit: from 1 to 200")


def _since(session: Session, path: str) -> None:
    pages = list(session.pages(path, {"limit": "200"}))
    rows = {row["id"]: _moment(page, row["updatedAt"]) for page in pages for row in page.json["items"]}
    if not rows:
        raise NotTriedError("there is no record")
    since = sorted(rows.values())[len(rows) // 2]
    told = {row["id"] for row in session.rows(path, {"limit": "200", "updatedSince": _written(since)})}
    due = {each for each, changed in rows.items() if changed >= since}
    if due - told and pages[-1].json["next"] is None:
        raise pages[0].breach(f"{min(due - told)} changed since {_written(since)} and is not listed", SINCE)
    if early := told & rows.keys() - due:
        raise pages[0].breach(f"{min(early)} did not change since {_written(since)} and is listed", SINCE)
    future = max(rows.values()) + timedelta(days=1)
    last = next(session.pages(path, {"updatedSince": _written(future)}))
    if early := rows.keys() & {row["id"] for row in last.json["items"]}:
        raise last.breach(f"{min(early)} did not change since then and is listed", SINCE)


def _moment(page: Answer, told: str) -> datetime:
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise page.breach(f"updatedAt is {told!r}, which is no moment with a time zone", ID)
    return moment


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _numbered(session: Session, path: str) -> None:
    rows = [row for row in session.rows(path, {"limit": "200"}, most=1) if row.get("number")]
    if not rows:
        raise NotTriedError("no record has a number")
    number = rows[0]["number"]
    page = next(session.pages(path, {"number": number}))
    if {row["number"] for row in page.json["items"]} != {number}:
        raise page.breach("lists records of other numbers, or none", EXACT)


def _referenced(session: Session, path: str) -> None:
    page = next(session.pages(path, {"externalReference": f"samspill-{session.stamp}-nobody"}))
    if page.json["items"]:
        raise page.breach("lists records that have another reference", REFERENCE)


def _subscriptions(session: Session) -> None:
    session.call("GET", "/v1/webhooks", expect=200)
