"""Somebody is told: a key is refused, and accepted again. By mail to a person, by webhook to a program."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from local.launcher.stack import MAIL_FROM
from local.stage import console
from samspill.messages import WatchTenants, encode

if TYPE_CHECKING:
    from local.demo import Demo

FLOW = "tripletex-timerabbit"
PERSON = "drift@nordlys.example"
WAIT_S = 120
END = "end"


def play(demo: Demo) -> None:
    """Add who is told, have a key refused, and have it accepted again."""
    demo.chapter("20  A key is refused: one notice when it begins, one all-clear")
    secret = _recipients(demo)
    left, right = demo.pair(3)
    name = f"{left['name']} Vest"
    demo.faults("timerabbit", revoke_key=True)
    demo.edit("tripletex", "customer", left["id"], {"name": name})
    took = demo.wait("Waiting for the mail", lambda: len(_mails(demo)) == 1, WAIT_S)
    _show(_mails(demo)[0])
    demo.insist("it comes from the hub", _mails(demo)[0]["Source"] == MAIL_FROM)
    demo.insist("it names the connection", "connection timerabbit is refused" in _mails(demo)[0]["Subject"])
    command = f"samspill --stack {demo.machine.stack_name} --tenant default connect timerabbit --name timerabbit"
    demo.insist("it says what to do", f"    {command}\n" in _mails(demo)[0]["BodyText"])
    demo.wait("Waiting for the webhook", lambda: _edges(demo, secret) == ["start"], WAIT_S)
    demo.tell(f"A refused key was told {took:.0f} s after the edit that met it, by mail and by a signed webhook.")
    demo.faults("timerabbit")
    demo.samspill("test", "timerabbit")
    demo.samspill("run", FLOW)
    demo.wait("Waiting for the edit", lambda: demo.name_of(right) == name, WAIT_S)
    look(demo)
    demo.wait("Waiting for the all-clear", lambda: len(_mails(demo)) == 2, WAIT_S)
    _show(_mails(demo)[1])
    demo.insist("it is the all-clear", "all clear" in _mails(demo)[1]["Subject"])
    demo.wait("Waiting for its webhook", lambda: _edges(demo, secret) == ["start", END], WAIT_S)
    look(demo)
    demo.samspill("notify", "list")
    demo.insist("each was told once", (len(_mails(demo)), len(_edges(demo, secret))) == (2, 2))
    demo.tell("The all-clear came once the key was accepted and a run had gone through; the edit had arrived by then.")


def look(demo: Demo) -> None:
    """Have the hub look for conditions now, as its schedule does each quarter of an hour."""
    queue = demo.machine.outputs["NotifyQueueUrl"]
    demo.machine.client("sqs").send_message(QueueUrl=queue, MessageBody=encode(WatchTenants()))


def _recipients(demo: Demo) -> str:
    """Add a person and a program; return what the program's webhooks are signed with."""
    demo.samspill("notify", "add", "mail", PERSON, "--kind", "key")
    inbox = f"{demo.machine.sandbox_url}/_sandbox/inbox"
    return str(demo.ask("notify", "add", "webhook", inbox, "--kind", "key")["secret"])


def _mails(demo: Demo) -> list[dict[str, Any]]:
    return [mail for mail in demo.machine.mails if mail["To"] == [PERSON]]


def _edges(demo: Demo, secret: str) -> list[str]:
    """Return which edges the program was told of; what it can take for nobody else's is not counted."""
    told = demo.vendors.get("/inbox").raise_for_status().json()
    return [json.loads(each["body"])["edge"] for each in told if is_signed(each, secret)]


def is_signed(posted: dict[str, Any], secret: str) -> bool:
    """Tell whether a webhook was signed with this secret, as docs/how-to/notices.md says."""
    seconds, _, digest = posted["headers"].get("samspill-signature", "").removeprefix("t=").partition(",v1=")
    expected = hmac.new(secret.encode(), f"{seconds}.{posted['body']}".encode(), hashlib.sha256)
    return hmac.compare_digest(digest, expected.hexdigest())


def _show(mail: dict[str, Any]) -> None:
    console.print(f"\n  To: {mail['To'][0]}\n  Subject: {mail['Subject']}\n", markup=False)
    console.print("\n".join(f"  {line}".rstrip() for line in mail["BodyText"].splitlines()), markup=False)
