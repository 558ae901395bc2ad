"""`make demo`: a first sync and live changes between two sandbox vendors, through the deployed stack, from nothing.

Everything the demo does to the hub it does with the `samspill` command line, and shows the command. What people do in
the vendors' screens goes through the sandboxes' `/_sandbox` calls. Whatever it tells it has looked at.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from local import second_act, telling
from local.launcher.machine import OneMachine
from local.stage import Stage, console
from samspill.connectors.vendors import title
from tools.say import CommandError
from tools.uv import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOW = "tripletex-timerabbit"
HOME = ROOT / ".local" / "demo"
PORTS = (4567, 4581)
WEBHOOK_WAIT_S = 60
TAKEN = 202
"""What the hub answers to a webhook that it keeps."""
SCHEDULE_WAIT_S = 150
WRONG = "Written on the wrong side"


class Demo(Stage):
    """The story, chapter by chapter; `tests/e2e` plays the same chapters."""

    def connect(self) -> None:
        """Two customers' keys, tested."""
        self.chapter("1  Two accounts, full of customers and projects")
        self.vendors.post("/seed", json={"seed": 7, "size": "demo"}).raise_for_status()
        for vendor, kinds in (("tripletex", ("customer", "project")), ("timerabbit", ("customers", "projects"))):
            counts = [f"{len(self.records(vendor, kind))} {kind.rstrip('s')}s" for kind in kinds]
            console.print(f"  {title(vendor):<12} {', '.join(counts)}")
        self.write_one_by_hand()
        self.chapter("2  Connect, and test the keys")
        settings = {
            "environment": "test",
            "default_project_manager": self.records("tripletex", "project")[0]["projectManager"]["id"],
            "default_department": self.records("tripletex", "department")[0]["id"],
        }
        address = self.machine.sandbox_url
        self.connect_vendor("tripletex", f"{address}/tripletex/v2", self.tokens("tripletex"), **settings)
        self.connect_vendor("timerabbit", f"{address}/timerabbit", self.tokens("timerabbit"))
        known = {each["id"]: each for each in self.ask("status")["connections"]}
        for vendor in ("tripletex", "timerabbit"):
            self.insist(f"the key of {vendor} was tested", known[vendor]["status"] == "tested")
            self.insist(f"{vendor} told its company", known[vendor]["identity"]["company"])
        self.tell("Both keys were tested and shown back with their company before anything was read.")

    def write_one_by_hand(self) -> None:
        """Let one customer in Timerabbit be as somebody typed it there: without numbers, and spelt another way."""
        numbers = {str(r["customerNumber"]): r for r in self.records("tripletex", "customer") if not r["isInactive"]}
        typed = next(
            r
            for r in self.records("timerabbit", "customers")
            if r.get("number") in numbers and set("æøå") & set(numbers[r["number"]]["name"].lower())
        )
        plain = typed["name"].translate(str.maketrans("æøåÆØÅ", "eoaEOA")).replace(" AS", " A/S")
        self.edit("timerabbit", "customers", typed["id"], {"name": plain, "number": None, "organizationNumber": None})
        console.print(f"  One of them somebody once typed by hand: “{plain}”.")

    def first_sync(self) -> None:
        """Plan, decide, approve, apply."""
        self.chapter("3  Set up the flow; nothing is written until the plan is approved")
        self.samspill("enable", FLOW, "--left", "tripletex", "--right", "timerabbit", "--every", "1", "--yes")
        self.samspill("run", FLOW)
        self.insist("nothing was written", not self.writes("timerabbit", "/v1/"))
        before = {kind: len(self.records("timerabbit", kind)) for kind in ("customers", "projects")}
        self.chapter("4  What did not match is a person's to decide")
        self.samspill("review", FLOW)
        item = next((each for each in self.ask("review", FLOW)["items"] if each["candidates"]), None)
        if item is None:
            raise CommandError("Nothing in Timerabbit looked like the customer that was typed by hand.")
        chosen = item["candidates"][0]
        self.samspill("review", FLOW, "--stream", item["stream"], "--link", f"{item['link']}={chosen['external_id']}")
        self.chapter("5  Approve the plan; watch it being carried out")
        self.samspill("approve", FLOW, "--yes")
        [linked] = [each for each in self.links("customers") if each["link"] == item["link"]]
        self.insist("the person's link was made", linked["right_id"] == chosen["external_id"])
        self.tell(f"{item['label']} was linked by a person to {chosen['label']}.")
        for stream, count in before.items():
            self.once(stream, before=count)
        self.tell("The first sync linked what was there twice and created what was missing, nothing twice.")

    def once(self, stream: str, *, before: int) -> None:
        """See that a stream's pairs are one to one, that nothing was left out unasked, and that nothing is there twice.

        Raises:
            CommandError: it is not so.
        """
        links = self.links(stream)
        pairs = [each for each in links if each["left_id"] and each["right_id"]]
        rights = [each["right_id"] for each in pairs]
        journal = self.ask("log", FLOW, "--code", "created", "--limit", "1000")["journal"]
        made = [each for each in journal if each["stream"] == stream]
        records = self.records("timerabbit", stream)
        numbers = [each["number"] for each in records if each["number"]]
        self.insist(f"some {stream} were linked and some created", 0 < len(made) < len(pairs))
        self.insist(f"each of the {stream} has one partner", len(set(rights)) == len(rights))
        self.insist(f"each partner of the {stream} is there", set(rights) <= {each["id"] for each in records})
        self.insist(f"as many {stream} more as the journal tells", len(records) == before + len(made))
        self.insist(f"no number of the {stream} is there twice", len(set(numbers)) == len(numbers))
        alone = [each for each in links if each["left_id"] and not each["right_id"]]
        asked = {"skipped", "waiting", "review"}
        self.insist(f"the rest of the {stream} has a reason", all(each["result"] in asked for each in alone))

    def webhook(self) -> None:
        """An edit arrives within seconds."""
        self.chapter("6  An edit in Tripletex arrives by webhook")
        left, right = self.pair()
        name = f"{left['name']} avd. Nord"
        before = len(self.deliveries("tripletex"))
        self.edit("tripletex", "customer", left["id"], {"name": name})
        took = self.wait(
            "Waiting for the webhook's way through the hub", lambda: self.name_of(right) == name, WEBHOOK_WAIT_S
        )
        self.wait("the hub takes the webhook", lambda: TAKEN in self.deliveries("tripletex")[before:], WEBHOOK_WAIT_S)
        self.tell(f"“{left['name']}” became “{name}” in Timerabbit {took:.1f} s after the edit.")

    def overwritten(self) -> None:
        """An edit on the wrong side is set back, and the journal says so."""
        self.chapter("7  An edit in Timerabbit is set back: Tripletex is master")
        left, right = self.pair()
        current = self.name_of(right)
        self.edit("timerabbit", "customers", right["id"], {"name": WRONG})
        took = self.wait("Waiting until it is set back", lambda: self.name_of(right) == current, WEBHOOK_WAIT_S)
        number = str(left["customerNumber"])
        self.wait(
            "Waiting for the journal",
            lambda: any(each["before"].get("name") == WRONG for each in self.about(number)["journal"]),
            WEBHOOK_WAIT_S,
        )
        self.samspill("log", FLOW, "--record", number, "--limit", "1")
        self.tell(f"An edit in Timerabbit was overwritten after {took:.1f} s, and the journal keeps what stood there.")

    def skipped(self) -> None:
        """A project on the third level stays out, with its parent's name."""
        self.chapter("8  Projects deeper than two levels are left out, with the reason")
        self.samspill("log", FLOW, "--code", "too_deep", "--limit", "5")
        told = {each["ids"]["left"]: each for each in self.ask("log", FLOW, "--code", "too_deep")["journal"]}
        projects = {each["id"]: each for each in self.records("tripletex", "project")}
        parents = {each["id"]: projects[each["mainProject"]["id"]] for each in projects.values() if each["mainProject"]}
        deep = {each: parent for each, parent in parents.items() if parent["id"] in parents}
        paired = {each["left_id"] for each in self.links("projects") if each["right_id"]}
        self.insist("there are projects on the third level", deep)
        self.insist("none of them is in Timerabbit", not {str(each) for each in deep} & paired)
        for each, parent in deep.items():
            said = told.get(str(each), {"text": ""})["text"]
            self.insist(f"the reason of project {each} names its parent", parent["name"] in said)
        self.tell("Third-level projects were skipped; the reason names their parent.")

    def replayed(self) -> None:
        """A refusal, its reason, the cure, the replay."""
        self.chapter("9  A record the vendor refuses fails alone, and is replayed after the cure")
        left, right = self.pair(1)
        number, old = str(left["customerNumber"]), self.name_of(right)
        name = f"{left['name']} Drift"
        self.faults(
            "timerabbit",
            fail_next=[
                {"status": 422, "times": 9, "path_prefix": "/v1/customers", "method": "POST"},
                {"status": 422, "times": 9, "path_prefix": "/v1/customers", "method": "PATCH"},
            ],
        )
        self.edit("tripletex", "customer", left["id"], {"name": name})
        self.wait("Waiting for the refusal", lambda: self.result_of(number) == "failed", WEBHOOK_WAIT_S)
        self.samspill("log", FLOW, "--record", number, "--limit", "1")
        self.faults("timerabbit")
        self.insist("Timerabbit still has the old name", self.name_of(right) == old)
        [failed] = self.about(number)["records"]
        self.samspill("replay", FLOW, "--record", failed["link"])
        self.wait("Waiting for the replay", lambda: self.name_of(right) == name, WEBHOOK_WAIT_S)
        self.wait("Waiting for the journal", lambda: self.result_of(number) == "applied", WEBHOOK_WAIT_S)
        self.tell(f"“{name}” was refused, told why, and applied by replay once the cause was gone.")

    def scheduled(self) -> None:
        """With every webhook lost the schedule still finds the edit."""
        self.chapter("10  A lost webhook: the schedule finds the change (up to a minute)")
        left, right = self.pair(2)
        name = f"{left['name']} og Sønner"
        self.faults("tripletex", webhook_drop=True)
        self.edit("tripletex", "customer", left["id"], {"name": name})
        took = self.wait("Waiting for the schedule", lambda: self.name_of(right) == name, SCHEDULE_WAIT_S)
        self.faults("tripletex")
        self.tell(f"With webhooks switched off the schedule brought the edit over after {took:.0f} s.")

    def summary(self) -> None:
        """What happened, and where to look."""
        self.chapter("What happened")
        for text in self.told:
            console.print(f"  [green]✓[/] {text}")
        self.samspill("status")
        console.print(
            "\nLook further: `make local` keeps a machine running for use by hand; docs/index.md has the rest."
        )

    # --- looking

    def pair(self, index: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return an active customer that stands on both sides under the same number."""
        rights = {str(r.get("number")): r for r in self.records("timerabbit", "customers") if r.get("number")}
        lefts = [r for r in self.records("tripletex", "customer") if str(r.get("customerNumber")) in rights]
        left = [r for r in lefts if not r.get("isInactive")][index]
        return left, rights[str(left["customerNumber"])]

    def name_of(self, record: Mapping[str, Any]) -> str:
        """Return the record's present name in Timerabbit."""
        return next(str(r["name"]) for r in self.records("timerabbit", "customers") if r["id"] == record["id"])

    def about(self, number: str, flow: str = FLOW) -> dict[str, Any]:
        """Return what `log --record` tells."""
        told: dict[str, Any] = self.ask("log", flow, "--record", number)
        return told

    def result_of(self, number: str) -> str:
        """Return how the customer of that number stands, once its journal says the same; else nothing."""
        told = self.about(number)
        [result] = [each["result"] for each in told["records"]]
        return str(result) if told["journal"][0]["result"] == result else ""

    def links(self, stream: str, flow: str = FLOW) -> list[dict[str, str]]:
        """Return the links of a stream."""
        return [each for each in self.ask("export", flow, "--links")["rows"] if each["stream"] == stream]

    def writes(self, vendor: str, prefix: str) -> int:
        """Return how many writes a vendor has done for the hub."""
        calls = self.vendors.get(f"/{vendor}/calls").raise_for_status().json()
        done = (each for each in calls if each["method"] not in {"GET", "HEAD"} and (each["status"] or 500) < 300)
        return sum(each["path"].startswith(prefix) and "/webhooks" not in each["path"] for each in done)


def main() -> int:
    """Show everything; the exit code."""
    began = time.monotonic()
    machine = OneMachine(HOME, port=PORTS[0], sandbox_port=PORTS[1])
    try:
        machine.reset()
        with machine:
            console.print(f"  Ready after {time.monotonic() - began:.0f} s.")
            demo = Demo(machine)
            demo.connect()
            demo.first_sync()
            demo.webhook()
            demo.overwritten()
            demo.skipped()
            demo.replayed()
            demo.scheduled()
            second_act.play(demo)
            telling.play(demo)
            demo.summary()
    except CommandError as error:
        console.print(f"\n[red]{error}[/]")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
