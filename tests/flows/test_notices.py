"""People are told once when something begins and once when it is over, each in their language."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from samspill.bootstrap import StackLetters
from samspill.errors import RejectedError, UnavailableError, UsageError
from samspill.messages import StartRun, TellNotice, WatchTenant, WatchTenants
from samspill.notices.notice import TOLD_WITHIN
from samspill.pipeline.notify.tell import tell_notice
from samspill.pipeline.notify.watch import PAGE, watch_tenant
from samspill.ports import Letter
from samspill.store.memory import MemoryMailer, MemoryPoster
from samspill.usecases import notify, setup
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin

CALM_S = 1800


@pytest.fixture
def hub() -> Hub:
    hub = Hub(size=3)
    hub.world = replace(hub.world, letters=StackLetters("samspill-prod", "drift@hub.example"))
    hub.first_sync()
    hub.world.tenants.note("acme")
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    return hub


def told(hub: Hub, way: str = "mail", address: str = "kari@firma.example", **more: Any) -> str:
    """Add a recipient; what is told of already is put aside."""
    made = notify.add(hub.world, admin(), "acme", way, address, **{"language": "en", **more})
    hub.drain()
    hub.world.mailer.sent.clear()
    return made.recipient.recipient


def look(hub: Hub, *, minutes: int = 0) -> list[tuple[str, str]]:
    """Look for conditions, some minutes later; return what was mailed since the last look: (address, subject)."""
    hub.clock.advance(minutes * 60)
    hub.world.queues.send([WatchTenants()])
    hub.drain()
    sent = [(address, letter.subject) for address, letter, _ in hub.world.mailer.sent]
    hub.world.mailer.sent.clear()
    return sent


def fail_one(hub: Hub) -> str:
    made = hub.tripletex.add("customer", {"name": "X" * 150, "organizationNumber": "974760673"})
    hub.sync(full=False)
    return str(made["id"])


def texts(hub: Hub) -> list[str]:
    return [letter.text for _, letter, _ in hub.world.mailer.sent]


def schedule(hub: Hub) -> None:
    hub.world.queues.send([StartRun(tenant="acme", flow=FLOW.flow, trigger="schedule")])
    hub.drain()


def test_a_failed_record_is_told_at_once_with_the_first_example_and_the_next_command(hub: Hub) -> None:
    told(hub)
    fail_one(hub)

    [(address, letter, name)] = hub.world.mailer.sent
    assert address == "kari@firma.example"
    assert letter.subject == "[Samspill] acme / tripletex-timerabbit: 1 record of tripletex-timerabbit failed"
    assert "The first: " + "X" * 150 in letter.text
    assert "Why: Timerabbit" in letter.text
    command = f"    samspill --stack samspill-prod --tenant acme log {FLOW.flow} --result failed\n"
    assert command in letter.text
    assert "Contact drift@hub.example." in letter.text
    assert name == f"acme/failed/{FLOW.flow}//1/start"


def test_repeats_and_a_growing_count_make_no_new_notice(hub: Hub) -> None:
    told(hub)
    name = fail_one(hub)
    assert len(hub.world.mailer.sent) == 1
    hub.world.mailer.sent.clear()
    hub.tripletex.add("customer", {"name": "Y" * 150, "organizationNumber": "923609016"})
    for _ in range(3):
        hub.tripletex.edit("customer", name, {"name": "Z" * 151})
        hub.sync(full=False)
        assert look(hub, minutes=15) == []
    assert notify.listed(hub.world, admin(), "acme").notices[0].count == 2


def test_the_all_clear_comes_once_it_stayed_well_and_what_flaps_is_one_condition(hub: Hub) -> None:
    told(hub)
    name = fail_one(hub)
    hub.world.mailer.sent.clear()
    for _ in range(3):
        hub.tripletex.edit("customer", name, {"name": "Kort AS"})
        hub.sync(full=False)
        assert look(hub, minutes=15) == []
        hub.tripletex.edit("customer", name, {"name": "X" * 150})
        hub.sync(full=False)
        assert look(hub) == []
    hub.tripletex.edit("customer", name, {"name": "Kort AS"})
    hub.sync(full=False)

    assert look(hub) == []
    assert look(hub, minutes=15) == []
    over = f"[Samspill] acme / {FLOW.flow}: all clear. No record of {FLOW.flow} fails any more."
    assert look(hub, minutes=15) == [("kari@firma.example", over)]
    assert look(hub, minutes=15) == []


def test_a_condition_that_begins_again_after_its_all_clear_is_a_new_one(hub: Hub) -> None:
    told(hub)
    name = fail_one(hub)
    sent: list[tuple[str, str]] = []
    for text in ("Kort AS", "X" * 150):
        hub.tripletex.edit("customer", name, {"name": text})
        hub.sync(full=False)
        look(hub)
        sent = look(hub, minutes=31)

    notice = hub.world.notices.get("acme", ("failed", FLOW.flow, ""))
    assert notice is not None
    assert (notice.number, notice.is_over, notice.told) == (2, False, ("mail-1",))
    assert sent == []


def test_a_refused_key_is_told_at_once_and_its_all_clear_waits_for_a_good_run(hub: Hub) -> None:
    told(hub)
    hub.timerabbit.set_faults({"webhook_drop": True, "revoke_key": True})
    setup.run(hub.world, admin(), hub.flow, full=False)
    hub.drain(limit_s=30)
    [(_, letter, _)] = hub.world.mailer.sent
    assert letter.subject == "[Samspill] acme / timerabbit: the key of connection timerabbit is refused"
    assert "    samspill --stack samspill-prod --tenant acme connect timerabbit --name timerabbit\n" in letter.text
    hub.world.mailer.sent.clear()
    for _ in range(30):
        schedule(hub)
        assert look(hub, minutes=15) == [], "one notice, and none that the flow is overdue besides"

    hub.timerabbit.set_faults({"webhook_drop": True, "revoke_key": False})
    setup.test(hub.world, admin(), "acme", "timerabbit")
    for _ in range(3):
        assert look(hub, minutes=15) == [], "accepted, and nothing was seen to work yet"
    schedule(hub)
    assert look(hub) == []
    schedule(hub)
    assert [subject.partition(": ")[2][:10] for _, subject in look(hub, minutes=31)] == ["all clear."]


def test_a_flow_of_which_nothing_runs_is_overdue_and_silence_is_no_all_clear(hub: Hub) -> None:
    told(hub)
    assert look(hub, minutes=59) == []
    what = f"[Samspill] acme / {FLOW.flow}: no run of {FLOW.flow} has ended well for too long"
    assert look(hub, minutes=15) == [("kari@firma.example", what)]
    for _ in range(8):
        assert look(hub, minutes=60) == []

    setup.pause(hub.world, admin(), hub.flow)
    assert look(hub, minutes=120) == [], "at rest is not seen to work"
    setup.resume(hub.world, admin(), hub.flow)
    hub.drain()
    assert look(hub) == []
    schedule(hub)
    assert [subject.partition(": ")[2][:10] for _, subject in look(hub, minutes=31)] == ["all clear."]


def test_a_run_that_does_not_move_is_told(hub: Hub) -> None:
    told(hub)
    setup.run(hub.world, admin(), hub.flow, full=False)
    for delivery in hub.world.queues.receive("fetch"):
        hub.world.queues.done(delivery.handle)
    hub.clock.advance(7_300)
    hub.world.queues.send([WatchTenant(tenant="acme")])
    hub.drain()

    assert len(texts(hub)) == 1
    assert "has not moved since" in texts(hub)[0]


def test_each_recipient_hears_of_what_it_wants_in_its_language(hub: Hub) -> None:
    told(hub, address="nb@firma.example", language="nb")
    told(hub, address="de@firma.example", language="de", kinds=["failed"])
    told(hub, address="keys@firma.example", kinds=["key"])
    told(hub, address="all@hub.example", everywhere=True)
    fail_one(hub)

    assert {address: letter.subject for address, letter, _ in hub.world.mailer.sent} == {
        "nb@firma.example": f"[Samspill] acme / {FLOW.flow}: 1 post i {FLOW.flow} feilet",
        "de@firma.example": f"[Samspill] acme / {FLOW.flow}: 1 Datensatz von {FLOW.flow} ist fehlgeschlagen",
        "all@hub.example": f"[Samspill] acme / {FLOW.flow}: 1 record of {FLOW.flow} failed",
    }


def test_who_is_added_while_something_lasts_is_told_of_it(hub: Hub) -> None:
    fail_one(hub)
    assert hub.world.mailer.sent == []
    notify.add(hub.world, admin(), "acme", "mail", "late@firma.example", language="en")
    hub.drain()
    assert [address for address, _, _ in hub.world.mailer.sent] == ["late@firma.example"]


def test_what_is_muted_is_told_at_the_end_of_the_mute_if_it_still_lasts(hub: Hub) -> None:
    told(hub)
    notify.mute(hub.world, admin(), "acme", hours=2, kind="failed", flow=FLOW.flow)
    fail_one(hub)
    for _ in range(7):
        schedule(hub)
        assert look(hub, minutes=15) == []
    schedule(hub)
    assert [subject[-6:] for _, subject in look(hub, minutes=16)] == ["failed"]


def test_a_set_up_in_review_is_told_to_operators_with_the_companies_and_its_end_to_the_customer() -> None:
    hub = Hub(size=3, flow="svenn-tripletex")
    hub.world = replace(hub.world, letters=StackLetters("samspill", ""))
    told(hub, address="customer@firma.example", kinds=["setup"])
    told(hub, address="operator@hub.example", kinds=["setup"], everywhere=True)
    hub.world.tenants.note("acme")
    approve, setup.approve_setup = setup.approve_setup, lambda *_: None  # type: ignore[assignment]
    try:
        hub.connect()
    finally:
        setup.approve_setup = approve
    hub.world.queues.send([WatchTenants()])
    hub.drain()
    [(address, letter, _)] = hub.world.mailer.sent
    assert address == "operator@hub.example"
    companies = {c.identity.company for c in hub.world.registry.connections("acme") if c.identity}
    assert all(company in letter.text for company in companies)
    assert "samspill --stack samspill --tenant acme approve svenn-tripletex --operator" in letter.text
    hub.world.mailer.sent.clear()

    setup.approve_setup(hub.world, admin("operator"), hub.flow)
    assert look(hub) == []
    assert sorted(address for address, _ in look(hub, minutes=31)) == ["customer@firma.example", "operator@hub.example"]


def test_dead_letters_are_told_to_those_who_look_after_the_installation(hub: Hub) -> None:
    told(hub)
    told(hub, address="operator@hub.example", everywhere=True)
    hub.world.queues.bury("map", "{}", "no")
    sent = look(hub)
    assert sent == [
        ("operator@hub.example", "[Samspill] installation samspill-prod: 1 message lies on the dead-letter queues")
    ]


def test_a_webhook_is_signed_and_holds_what_a_program_needs(hub: Hub) -> None:
    made = notify.add(hub.world, admin(), "acme", "webhook", "https://example.com/in?x=1", language="en")
    fail_one(hub)
    [(address, body, headers)] = hub.world.poster.posted
    assert address == "https://example.com/in?x=1"
    time, _, digest = headers["samspill-signature"].partition(",v1=")
    assert made.secret is not None
    expected = hmac.digest(made.secret.encode(), time.removeprefix("t=").encode() + b"." + body, hashlib.sha256)
    assert digest == expected.hex()
    data = json.loads(body)
    assert data["id"] == headers["samspill-notice"] == f"acme/failed/{FLOW.flow}//1/start"
    assert (data["schema"], data["edge"], data["kind"], data["count"]) == ("samspill.notice/1", "start", "failed", 1)
    assert data["example"].startswith("X" * 150)
    assert data["reason"]["code"]


def test_a_chat_is_called_by_nobody_and_shown_no_links(hub: Hub) -> None:
    notify.add(hub.world, admin(), "acme", "chat", "https://chat.example/hook", language="en")
    name = "@channel <https://evil.example|click> " + "X" * 140 + "\nNext step: call 555"
    hub.tripletex.add("customer", {"name": name, "organizationNumber": "974760673"})
    hub.sync(full=False)
    [(_, body, headers)] = hub.world.poster.posted
    text = json.loads(body)["text"]
    assert headers == {}
    assert "＠channel ‹https://evil.example|click›" in text
    assert "\nNext step: call 555" not in text


class Down(MemoryPoster):
    """Reaches nobody until told otherwise."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error
        self.posts = 0

    def check(self, address: str) -> None:
        """Everything may be called."""

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.posts += 1
        if self.error is not None:
            raise self.error


def test_who_cannot_be_reached_is_tried_again_from_the_queue_and_keeps_nobody_else_waiting(hub: Hub) -> None:
    down = Down(UnavailableError("no answer"))
    hub.world = replace(hub.world, poster=down)
    told(hub, "webhook", "https://example.com/in")
    told(hub)
    hub.tripletex.add("customer", {"name": "X" * 150, "organizationNumber": "974760673"})
    setup.run(hub.world, admin(), hub.flow, full=False)
    hub.drain(limit_s=200)
    assert len(hub.world.mailer.sent) == 1
    assert down.posts > 1
    down.error = None
    tried = down.posts
    hub.drain()
    look(hub, minutes=15)
    assert down.posts == tried + 1
    assert len(hub.world.notices.of("acme")[1][0].told) == 2


def test_who_is_never_reached_is_given_up_after_a_day_and_shown(hub: Hub) -> None:
    hub.world = replace(hub.world, poster=Down(UnavailableError("no answer")))
    name = told(hub, "webhook", "https://example.com/in")
    fail_one(hub)
    for _ in range(30):
        schedule(hub)
        look(hub, minutes=60)
    assert TOLD_WITHIN.total_seconds() == 24 * 3600
    [notice] = [each for each in notify.listed(hub.world, admin(), "acme").notices if each.kind == "failed"]
    assert (notice.given_up, notice.waiting, notice.told) == ((name,), (), ())
    assert hub.world.queues.depth() == 0


def test_what_can_never_be_delivered_is_given_up_at_once(hub: Hub) -> None:
    down = Down(RejectedError("no"))
    hub.world = replace(hub.world, poster=down)
    name = told(hub, "webhook", "https://example.com/in")
    fail_one(hub)
    assert down.posts == 1
    assert notify.listed(hub.world, admin(), "acme").notices[0].given_up == (name,)


def test_a_telling_that_was_lost_before_it_was_queued_is_found_by_a_later_look(hub: Hub) -> None:
    told(hub)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub.world.queues, "send", lambda *_args, **_more: None)
        hub.tripletex.add("customer", {"name": "X" * 150, "organizationNumber": "974760673"})
    fail_one(hub)
    hub.world.mailer.sent.clear()
    stored = hub.world.notices.get("acme", ("failed", FLOW.flow, ""))
    assert stored is not None
    hub.world.notices.save(stored.model_copy(update={"told": (), "to_tell": {"start": {"mail-1": hub.clock.now()}}}))
    schedule(hub)
    assert look(hub, minutes=15) == []
    schedule(hub)
    assert len(look(hub, minutes=46)) == 1


def test_two_functions_at_once_tell_once(hub: Hub) -> None:
    told(hub)
    fail_one(hub)
    hub.world.mailer.sent.clear()
    stored = hub.world.notices.get("acme", ("failed", FLOW.flow, ""))
    assert stored is not None
    hub.world.notices.save(stored.model_copy(update={"told": (), "to_tell": {"start": {"mail-1": hub.clock.now()}}}))
    message = TellNotice(tenant="acme", flow=FLOW.flow, kind="failed")

    class Meanwhile(MemoryMailer):
        def send(self, address: str, letter: Letter, *, name: str) -> None:
            tell_notice(hub.world, message)
            watch_tenant(hub.world, WatchTenant(tenant="acme"))
            self.sent.append((address, letter, name))

    mailer = Meanwhile()
    tell_notice(replace(hub.world, mailer=mailer), message)
    hub.drain()
    assert len(mailer.sent) == 1
    assert hub.world.mailer.sent == []


def test_every_tenant_is_looked_at_page_by_page(hub: Hub) -> None:
    for number in range(2 * PAGE + 5):
        hub.world.tenants.note(f"t{number:04}")
    looked: list[str] = []
    hub.world.queues.send([WatchTenants()])
    hub.drain(before=lambda body: looked.append(json.loads(body)["tenant"]) if "watch-tenant/1" in body else None)
    assert sorted(looked) == ["", "acme", *(f"t{number:04}" for number in range(2 * PAGE + 5))]


def test_a_trial_goes_the_way_that_notices_take(hub: Hub) -> None:
    name = told(hub)
    notify.try_out(hub.world, admin(), "acme", name)
    assert hub.world.mailer.sent == []
    hub.drain()
    [(address, letter, _)] = hub.world.mailer.sent
    assert (address, letter.subject) == ("kari@firma.example", "[Samspill] A trial of installation samspill-prod")


def test_webhooks_that_stay_away_are_told_once_a_read_finds_what_they_should_have_told(hub: Hub) -> None:
    told(hub, kinds=["webhooks-silent"])
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({})
    customer = hub.tripletex.rows("customer")[0]["id"]
    hub.tripletex.edit("customer", str(customer), {"name": "Ein AS"})
    hub.drain()
    heard = hub.world.registry.connection("acme", "tripletex").heard
    assert heard is not None
    assert heard.at >= hub.clock.now() - timedelta(minutes=1)

    for _ in range(8):  # nothing happens, and nothing is to be told
        schedule(hub)
        assert look(hub, minutes=60) == []
    hub.tripletex.set_faults({"webhook_drop": True})
    hub.tripletex.edit("customer", str(customer), {"name": "To AS"})
    schedule(hub)
    assert look(hub, minutes=14) == [], "it may be on its way"
    assert look(hub, minutes=2) == [
        ("kari@firma.example", "[Samspill] acme / tripletex: no webhooks come for connection tripletex")
    ]
    schedule(hub)
    assert look(hub, minutes=60) == [], "one notice, and silence is no all-clear"

    hub.tripletex.set_faults({})
    hub.tripletex.edit("customer", str(customer), {"name": "Tre AS"})
    hub.drain()
    assert look(hub) == []
    over = "[Samspill] acme / tripletex: all clear. Webhooks come for connection tripletex again."
    assert look(hub, minutes=31) == [("kari@firma.example", over)]


def test_ten_times_as_many_failures_are_told_as_the_same_notice(hub: Hub) -> None:
    told(hub, kinds=["failed"])
    fail_one(hub)
    hub.world.mailer.sent.clear()
    for number in range(9):
        hub.tripletex.add("customer", {"name": f"{number}" * 150})
    hub.sync(full=False)
    [(_, letter, name)] = hub.world.mailer.sent
    assert letter.subject == "[Samspill] acme / tripletex-timerabbit: update. 10 records of tripletex-timerabbit failed"
    assert name == f"acme/failed/{FLOW.flow}//1/more-1"


def test_a_key_whose_end_was_told_is_a_notice_until_a_new_one_takes_its_place(hub: Hub) -> None:
    told(hub, kinds=["key-ends"])
    ends = f"{hub.clock.now() + timedelta(days=8):%Y-%m-%d}"
    address = hub.world.registry.connection("acme", "timerabbit").base_url
    settings = {"key_ends_on": ends}
    setup.connect(hub.world, admin(), "acme", "timerabbit", "timerabbit", address, settings=settings)
    here = "[Samspill] acme / timerabbit: "
    assert [subject for _, subject in look(hub)] == [f"{here}the key of connection timerabbit ends soon"]
    assert [subject for _, subject in look(hub, minutes=24 * 60)] == [
        f"{here}update. the key of connection timerabbit ends soon"
    ]
    key = hub.timerabbit.tokens()
    setup.connect(hub.world, admin(), "acme", "timerabbit", "timerabbit", address, credentials=key)
    assert look(hub) == []
    over = "all clear. Connection timerabbit has a key that does not end soon."
    assert [subject for _, subject in look(hub, minutes=31)] == [f"{here}{over}"]


def test_an_end_that_is_no_date_is_refused(hub: Hub) -> None:
    address = hub.world.registry.connection("acme", "timerabbit").base_url
    with pytest.raises(UsageError) as caught:
        setup.connect(
            hub.world, admin(), "acme", "timerabbit", "timerabbit", address, settings={"key_ends_on": "31.5.2027"}
        )
    assert caught.value.reason.code == "no_date"
