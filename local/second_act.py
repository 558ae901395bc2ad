"""The second act of `make demo`: Svenn and Tripletex kept in step both ways, while the first flow goes on."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from local.demo import Demo

FLOW = "svenn-tripletex"
OSLO = ZoneInfo("Europe/Oslo")
WAIT_S = 90
RECOVERY_S = 240
"""A note lasts 180 s; then the record is read again."""
BEFORE, AFTER = "40000001", "40000002"
"""The mobile that is being written when the function is killed, and the one that a person puts in then."""


def play(demo: Demo) -> None:
    """Set up, review, first sync in two rounds, edits on both sides, a conflict, a crash, and hours."""
    set_up(demo)
    first_sync(demo)
    both_sides(demo)
    conflict(demo)
    hours(demo)
    version = crash(demo)
    totals(demo)
    recovered(demo, version)


def set_up(demo: Demo) -> None:
    """Connect Svenn and have its flow approved by an operator."""
    demo.chapter("11  Second act: Svenn and Tripletex, both ways. The set-up is reviewed before anything is read")
    demo.connect_vendor("svenn", f"{demo.machine.sandbox_url}/svenn", demo.tokens("svenn"))
    settings = ("project_activity=Fakturerbart arbeid", "internal_activity=Administrasjon")
    named = [part for setting in settings for part in ("--setting", setting)]
    demo.samspill("enable", FLOW, "--left", "svenn", "--right", "tripletex", "--every", "1", *named, "--yes")
    demo.insist("the set-up stands in review", _status(demo) == "in review")
    demo.samspill("approve", FLOW, "--operator")
    demo.insist("the set-up is approved", _status(demo) == "approved")
    demo.tell("Svenn's flow stood in review until an operator approved it; then the first sync could be planned.")


def first_sync(demo: Demo) -> None:
    """Plan, approve, apply."""
    demo.chapter("12  The first sync: from Tripletex to Svenn, then what is left the other way")
    rows = demo.records("tripletex", "employee")
    newcomer = _only_in_svenn(demo, rows)
    demo.samspill("run", FLOW)
    demo.samspill("approve", FLOW, "--yes")
    for code in ("linked", "created"):
        demo.insist(f"some were {code}", demo.ask("log", FLOW, "--code", code)["journal"])
    rights = [each["right_id"] for each in demo.links("customers", FLOW) if each["left_id"] and each["right_id"]]
    demo.insist("each customer has one partner", rights and len(set(rights)) == len(rights))
    demo.tell("What stood in both systems was linked by its number; the rest was created where it was missing.")
    _newcomer_came(demo, newcomer)
    demo.samspill("log", FLOW, "--code", "number_not_numeric", "--limit", "2")
    stayed = demo.ask("log", FLOW, "--code", "number_not_numeric")["journal"]
    paired = {each["left_id"] for each in demo.links("customers", FLOW) if each["right_id"]}
    demo.insist("a number is not numeric", stayed)
    demo.insist("none of these went over", not {each["ids"]["left"] for each in stayed} & paired)
    demo.tell("A customer whose number is not numeric stayed in Svenn, and the log says why and what to do.")


def _only_in_svenn(demo: Demo, people: list[dict[str, Any]]) -> dict[str, Any]:
    """Return somebody whom only Svenn knows. Svenn has no departments, and Tripletex asks for one."""
    known = {str(row["employeeNumber"]) for row in people}
    named = (row for row in demo.records("svenn", "employees") if row["lastName"] and row["active"])
    return next(row for row in named if row["number"] not in known)


def _newcomer_came(demo: Demo, person: dict[str, Any]) -> None:
    people = demo.records("tripletex", "employee")
    [made] = [row["department"]["id"] for row in people if str(row["employeeNumber"]) == person["number"]] or [None]
    places = {row["id"]: row["name"] for row in demo.records("tripletex", "department")}
    asked = next(each for each in demo.ask("status")["connections"] if each["id"] == "tripletex")["settings"]
    name = f"{person['firstName']} {person['lastName']}"
    demo.insist(f"{name} came over to the default department", str(made) == str(asked["default_department"]))
    demo.tell(f"{name}, whom only Svenn knew, is an employee in Tripletex too, in “{places[made]}” as set by default.")


def both_sides(demo: Demo) -> None:
    """Two edits of one record, each on another side."""
    demo.chapter("13  Two people edit the same customer at once, each in another system")
    left, right = pair(demo)
    demo.edit("tripletex", "customer", right["id"], {"email": "post@both-sides.example"})
    demo.edit("svenn", "customers", left["id"], {"mobile": "90112233"})

    def both_arrived() -> bool:
        now_left, now_right = pair(demo)
        emails = {now_left["email"], now_right["email"]}
        mobiles = {_plain(now_left["mobile"]), _plain(now_right["phoneNumberMobile"])}
        return (emails, mobiles) == ({"post@both-sides.example"}, {"90112233"})

    took = demo.wait("Waiting until both edits are on both sides", both_arrived, WAIT_S)
    demo.tell(f"An e-mail from Tripletex and a mobile from Svenn met on both sides after {took:.1f} s; none was lost.")


def conflict(demo: Demo) -> None:
    """Two edits of one field, and a person who decides."""
    demo.chapter("14  Both rename it: a true conflict, decided by a person")
    left, right = pair(demo)
    theirs, ours = f"{right['name']} (Tripletex)", f"{right['name']} (Svenn)"
    demo.edit("tripletex", "customer", right["id"], {"name": theirs})
    demo.edit("svenn", "customers", left["id"], {"name": ours})
    demo.wait("Waiting for the conflict", lambda: bool(_conflicts_of(demo, left["id"])), WAIT_S)
    demo.samspill("review", FLOW)
    [item] = _conflicts_of(demo, left["id"])
    demo.insist("both values are shown", item["conflicts"]["name"] == {"left": ours, "right": theirs})
    demo.insist("neither was written over", [row["name"] for row in pair(demo)] == [ours, theirs])
    demo.samspill("review", FLOW, "--stream", item["stream"], "--take-left", item["link"])
    took = demo.wait("Waiting for the decision", lambda: pair(demo)[1]["name"] == ours, WAIT_S)
    demo.insist("Svenn has it, too", pair(demo)[0]["name"] == ours)
    demo.tell(
        f"The conflict was shown with both values; the person chose Svenn's, and it was there after {took:.1f} s."
    )


def crash(demo: Demo) -> int:
    """Kill the function that writes, after Tripletex has done the work and before it hears so.

    Somebody edits the same field meanwhile. Return the record's version in Tripletex before all of it.
    """
    demo.chapter("17  A function is killed while it writes, and somebody edits the same field meanwhile")
    left, right = pair(demo)
    demo.faults("tripletex", answer_delay_ms=8000)
    demo.edit("svenn", "customers", left["id"], {"mobile": BEFORE})
    demo.wait("Waiting until Tripletex has written", lambda: _mobile(demo) == BEFORE, WAIT_S)
    killed = demo.machine.kill_function("upsert")
    demo.insist("the function was running", killed)
    demo.faults("tripletex")
    demo.edit("svenn", "customers", left["id"], {"mobile": AFTER})
    demo.tell(
        f"Tripletex had written the mobile; the upsert function ({killed} running) was killed before the answer came. "
        "The note it made before the call keeps everybody else off the record for three minutes."
    )
    return int(right["version"])


def recovered(demo: Demo, version: int) -> None:
    """The note of the crash has run out: the later edit arrives, and each edit was written once."""
    demo.chapter("19  Back to the crash: when the note has run out, both sides are read again")
    took = demo.wait("Waiting for the note to run out", lambda: _mobile(demo) == AFTER, RECOVERY_S)
    left, right = pair(demo)
    demo.samspill("log", FLOW, "--record", str(right["customerNumber"]), "--limit", "2")
    demo.insist("Svenn has the later edit", _plain(left["mobile"]) == AFTER)
    demo.insist("Tripletex was written to twice, once for each edit", right["version"] == version + 2)
    demo.tell(
        f"After {took:.0f} s more the later edit was in Tripletex, once. Nothing was lost, nothing written twice."
    )


def hours(demo: Demo) -> None:
    """Somebody writes hours, corrects them, and moves them to another day."""
    demo.chapter("15  Hours: approved in Svenn, one entry in Tripletex, confirmed in Svenn")
    worker, project = _worker(demo), _project(demo)
    task, other = (row["id"] for row in demo.records("svenn", "tasks")[:2])
    day = datetime.now(OSLO).date()
    today, tomorrow = day.isoformat(), (day + timedelta(days=1)).isoformat()
    line = {"employeeId": worker["id"], "projectId": project["id"], "date": today}
    morning = demo.add("svenn", "entries", {**line, "taskId": task, "hours": "4", "approved": True})
    noon = demo.add("svenn", "entries", {**line, "taskId": task, "hours": "3.5", "approved": True})
    idle = demo.add("svenn", "entries", {**line, "taskId": other, "hours": "2", "approved": False})
    booked = {today: [Decimal("7.5")]}
    took = demo.wait("Waiting for the entry", lambda: _booked(demo, worker) == booked, WAIT_S)
    demo.wait("Waiting for the confirmation", lambda: {morning, noon} <= _confirmed(demo), WAIT_S)
    demo.insist("what nobody approved is not confirmed", idle not in _confirmed(demo))
    demo.tell(f"4 and 3.5 approved hours became one entry of 7.5 after {took:.1f} s; 2 hours nobody approved stayed.")
    demo.chapter("16  Corrected, then moved to another day")
    demo.edit("svenn", "entries", morning, {"hours": "4.5"})
    corrected = {today: [Decimal(8)]}
    demo.wait("Waiting for the correction", lambda: _booked(demo, worker) == corrected, WAIT_S)
    demo.edit("svenn", "entries", morning, {"date": tomorrow})
    moved = {today: [Decimal("3.5")], tomorrow: [Decimal("4.5")]}
    took = demo.wait("Waiting for the move", lambda: _booked(demo, worker) == moved, WAIT_S)
    demo.tell(
        f"Corrected to 8 hours, then 4.5 of them moved: taken from one day and put on the next after {took:.1f} s."
    )


def totals(demo: Demo) -> None:
    """Both systems' hours, added up."""
    demo.chapter("18  The control totals: both systems read anew and added up")
    demo.samspill("totals", FLOW, "--all")
    found = demo.ask("totals", FLOW, "--all")["totals"]
    demo.insist("the totals hold both days", [each["left"] for each in found] == ["3.5", "4.5"])
    demo.insist("the totals agree", all(each["left"] == each["right"] for each in found))
    demo.tell("The hours of every employee, day and project are the same in both systems.")


def pair(demo: Demo) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a customer of both systems: the same one every time."""
    rights = {str(r["customerNumber"]): r for r in demo.records("tripletex", "customer") if not r["isInactive"]}
    lefts = [r for r in demo.records("svenn", "customers") if r["number"] in rights and r["active"]]
    left = min(lefts, key=lambda r: int(r["number"]))
    return left, rights[left["number"]]


def _status(demo: Demo) -> str:
    return str(demo.ask("status", FLOW)["flows"][0]["status"])


def _plain(mobile: str | None) -> str:
    return (mobile or "").replace(" ", "")


def _mobile(demo: Demo) -> str:
    return _plain(pair(demo)[1]["phoneNumberMobile"])


def _worker(demo: Demo) -> dict[str, Any]:
    """Return an employee of Svenn that hours may be registered on in Tripletex."""
    people = demo.records("tripletex", "employee")
    numbers = {str(row["employeeNumber"]) for row in people if row["allowInformationRegistration"]}
    return next(row for row in demo.records("svenn", "employees") if row["number"] in numbers and row["active"])


def _project(demo: Demo) -> dict[str, Any]:
    """Return a project of Svenn that is open for everybody in Tripletex."""
    today = datetime.now(OSLO).date().isoformat()
    jobs = {
        str(row["number"])
        for row in demo.records("tripletex", "project")
        if not (row["isClosed"] or row["forParticipantsOnly"] or row["endDate"]) and (row["startDate"] or "9") <= today
    }
    return next(row for row in demo.records("svenn", "projects") if row["number"] in jobs and row["status"] == "active")


def _booked(demo: Demo, worker: dict[str, Any]) -> dict[str, list[Decimal]]:
    """Return the hours of Tripletex's entries for the worker by day, from today on."""
    today = datetime.now(OSLO).date().isoformat()
    people = {str(row["employeeNumber"]): row["id"] for row in demo.records("tripletex", "employee")}
    days: dict[str, list[Decimal]] = defaultdict(list)
    for row in demo.records("tripletex", "timesheetEntry"):
        if row["employee"]["id"] == people[worker["number"]] and row["date"] >= today:
            days[row["date"]].append(Decimal(str(row["hours"])))
    return days


def _confirmed(demo: Demo) -> set[str]:
    """Return the entries that Svenn calls exported."""
    return {row["id"] for row in demo.records("svenn", "entries") if row["exportedAt"]}


def _conflicts_of(demo: Demo, external_id: str) -> list[dict[str, Any]]:
    """Return the open conflict about Svenn's record, once there is one."""
    items = demo.ask("review", FLOW)["items"]
    return [item for item in items if item["conflicts"] and item["ids"].get("left") == external_id]
