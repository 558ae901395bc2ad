"""The second act of `make demo`: Svenn and Tripletex kept in step both ways, while the first flow goes on."""

from __future__ import annotations

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


def play(demo: Demo) -> None:
    """Set up, review, first sync in two rounds, edits on both sides, a conflict, a crash, and hours."""
    set_up(demo)
    first_sync(demo)
    _both_sides(demo)
    _conflict(demo)
    hours(demo)
    mobile = _crash(demo)
    _totals(demo)
    _recovered(demo, mobile)


def set_up(demo: Demo) -> None:
    """Connect Svenn and have its flow approved by an operator."""
    demo.chapter("11  Second act: Svenn and Tripletex, both ways. The set-up is reviewed before anything is read")
    tokens = demo.vendors.get("/svenn/tokens").raise_for_status().json()
    demo.connect_vendor("svenn", f"{demo.machine.sandbox_url}/svenn", tokens)
    settings = ("project_activity=Fakturerbart arbeid", "internal_activity=Administrasjon")
    named = [part for setting in settings for part in ("--setting", setting)]
    demo.samspill("enable", FLOW, "--left", "svenn", "--right", "tripletex", "--every", "1", *named, "--yes")
    demo.samspill("approve", FLOW, "--operator")
    demo.tell("Svenn's flow stood in review until an operator approved it; then the first sync could be planned.")


def first_sync(demo: Demo) -> None:
    """Plan, approve, apply."""
    demo.chapter("12  The first sync: from Tripletex to Svenn, then what is left the other way")
    demo.samspill("run", FLOW)
    demo.samspill("approve", FLOW, "--yes")
    demo.tell("What stood in both systems was linked by its number; the rest was created where it was missing.")
    demo.samspill("log", FLOW, "--code", "number_not_numeric", "--limit", "2")
    demo.tell("A customer whose number is not numeric stayed in Svenn, and the log says why and what to do.")


def _both_sides(demo: Demo) -> None:
    demo.chapter("13  Two people edit the same customer at once, each in another system")
    left, right = _pair(demo)
    demo.edit("tripletex", "customer", right["id"], {"email": "post@both-sides.example"})
    demo.edit("svenn", "customers", left["id"], {"mobile": "90112233"})

    def both_arrived() -> bool:
        now_left, now_right = _pair(demo)
        mobile = str(now_right["phoneNumberMobile"]).replace(" ", "")
        return now_left["email"] == "post@both-sides.example" and mobile == "90112233"

    took = demo.wait("Waiting until both edits are on both sides", both_arrived, WAIT_S)
    demo.tell(f"An e-mail from Tripletex and a mobile from Svenn met on both sides after {took:.1f} s; none was lost.")


def _conflict(demo: Demo) -> None:
    demo.chapter("14  Both rename it: a true conflict, decided by a person")
    left, right = _pair(demo)
    demo.edit("tripletex", "customer", right["id"], {"name": f"{right['name']} (Tripletex)"})
    demo.edit("svenn", "customers", left["id"], {"name": f"{right['name']} (Svenn)"})
    demo.wait("Waiting for the conflict", lambda: _conflict_of(demo, left["id"]) is not None, WAIT_S)
    demo.samspill("review", FLOW)
    item = _conflict_of(demo, left["id"])
    if item is not None:
        demo.samspill("review", FLOW, "--stream", item["stream"], "--take-left", item["link"])
    wanted = f"{right['name']} (Svenn)"
    took = demo.wait("Waiting for the decision", lambda: _pair(demo)[1]["name"] == wanted, WAIT_S)
    demo.tell(
        f"The conflict was shown with both values; the person chose Svenn's, and it was there after {took:.1f} s."
    )


def _crash(demo: Demo) -> str:
    """Kill the function that writes, after Tripletex has done the work and before it hears so; return the last edit."""
    demo.chapter("17  A function is killed while it writes, and somebody edits the same field meanwhile")
    left, _ = _pair(demo)
    demo.faults("tripletex", answer_delay_ms=8000)
    demo.edit("svenn", "customers", left["id"], {"mobile": "40000001"})
    demo.wait("Waiting until Tripletex has written", lambda: _mobile(demo) == "40000001", WAIT_S)
    killed = demo.machine.kill_function("upsert")
    demo.faults("tripletex")
    demo.edit("svenn", "customers", left["id"], {"mobile": "40000002"})
    demo.tell(
        f"Tripletex had written the mobile; the upsert function ({killed} running) was killed before the answer came. "
        "The note it made before the call keeps everybody else off the record for three minutes."
    )
    return "40000002"


def _recovered(demo: Demo, mobile: str) -> None:
    demo.chapter("19  Back to the crash: when the note has run out, both sides are read again")
    took = demo.wait("Waiting for the note to run out", lambda: _mobile(demo) == mobile, RECOVERY_S)
    demo.samspill("log", FLOW, "--record", str(_pair(demo)[1]["customerNumber"]), "--limit", "4")
    demo.tell(
        f"After {took:.0f} s more the later edit was in Tripletex, once. Nothing was lost, nothing written twice."
    )


def _mobile(demo: Demo) -> str:
    return str(_pair(demo)[1]["phoneNumberMobile"]).replace(" ", "")


def hours(demo: Demo) -> None:
    """Somebody writes hours, corrects them, and moves them to another day."""
    demo.chapter("15  Hours: approved in Svenn, one entry in Tripletex, confirmed in Svenn")
    worker, project = _worker(demo), _project(demo)
    task, other = (row["id"] for row in demo.records("svenn", "tasks")[:2])
    today = datetime.now(OSLO).date()
    line = {"employeeId": worker["id"], "projectId": project["id"], "date": today.isoformat()}
    morning = demo.add("svenn", "entries", {**line, "taskId": task, "hours": "4", "approved": True})
    demo.add("svenn", "entries", {**line, "taskId": task, "hours": "3.5", "approved": True})
    demo.add("svenn", "entries", {**line, "taskId": other, "hours": "2", "approved": False})
    took = demo.wait("Waiting for the entry", lambda: _booked(demo, worker) == [Decimal("7.5")], WAIT_S)
    demo.tell(f"4 and 3.5 approved hours became one entry of 7.5 after {took:.1f} s; 2 hours nobody approved stayed.")
    demo.chapter("16  Corrected, then moved to another day")
    demo.edit("svenn", "entries", morning, {"hours": "4.5"})
    demo.wait("Waiting for the correction", lambda: _booked(demo, worker) == [Decimal(8)], WAIT_S)
    tomorrow = (today + timedelta(days=1)).isoformat()
    demo.edit("svenn", "entries", morning, {"date": tomorrow})
    both = [Decimal("3.5"), Decimal("4.5")]
    took = demo.wait("Waiting for the move", lambda: sorted(_booked(demo, worker)) == both, WAIT_S)
    demo.tell(
        f"Corrected to 8 hours, then 4.5 of them moved: taken from one day and put on the next after {took:.1f} s."
    )


def _totals(demo: Demo) -> None:
    demo.chapter("18  The control totals: both systems read anew and added up")
    demo.samspill("totals", FLOW, "--all")
    demo.tell("The hours of every employee, day and project are the same in both systems.")


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


def _booked(demo: Demo, worker: dict[str, Any]) -> list[Decimal]:
    """Return the hours of Tripletex's entries for the worker, from today on."""
    today = datetime.now(OSLO).date().isoformat()
    people = {str(row["employeeNumber"]): row["id"] for row in demo.records("tripletex", "employee")}
    rows = demo.records("tripletex", "timesheetEntry")
    mine = (row for row in rows if row["employee"]["id"] == people[worker["number"]] and row["date"] >= today)
    return [Decimal(str(row["hours"])).normalize() for row in mine]


def _pair(demo: Demo) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a customer of both systems: the same one every time."""
    rights = {str(r["customerNumber"]): r for r in demo.records("tripletex", "customer") if not r["isInactive"]}
    lefts = [r for r in demo.records("svenn", "customers") if r["number"] in rights and r["active"]]
    left = min(lefts, key=lambda r: int(r["number"]))
    return left, rights[left["number"]]


def _conflict_of(demo: Demo, external_id: str) -> dict[str, Any] | None:
    """Return the open conflict about Svenn's record, if there is one yet."""
    items = demo.ask("review", FLOW)
    return next((item for item in items if item.get("conflicts") and external_id in str(item["ids"])), None)
