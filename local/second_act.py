"""The second act of `make demo`: Svenn and Tripletex kept in step both ways, while the first flow goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.demo import Demo

FLOW = "svenn-tripletex"
WAIT_S = 90


def play(demo: Demo) -> None:
    """Set up, review, first sync in two rounds, edits on both sides, a true conflict decided by a person."""
    _set_up(demo)
    _first_sync(demo)
    _both_sides(demo)
    _conflict(demo)


def _set_up(demo: Demo) -> None:
    demo.chapter("11  Second act: Svenn and Tripletex, both ways. The set-up is reviewed before anything is read")
    tokens = demo.vendors.get("/svenn/tokens").raise_for_status().json()
    demo.connect_vendor("svenn", f"{demo.machine.sandbox_url}/svenn", tokens)
    demo.samspill("enable", FLOW, "--left", "svenn", "--right", "tripletex", "--every", "1", "--yes")
    demo.samspill("approve", FLOW, "--operator")
    demo.tell("Svenn's flow stood in review until an operator approved it; then the first sync could be planned.")


def _first_sync(demo: Demo) -> None:
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
