"""A connection is one account: whatever could make it mean another company's is refused before anything moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from local.vendors.data import build
from samspill.errors import ContractError, CredentialsError, SamspillError
from samspill.flows.catalogue import FLOWS
from samspill.messages import FetchRecords, RecordHint
from samspill.state import Connection, ConnectionStatus, FlowKey, FlowStatus
from samspill.texts.reasons import reason_text
from samspill.usecases import connections, setup
from tests.flows.hub import SANDBOXES, Hub
from tests.support.actors import admin

SVENN_TRIPLETEX = "svenn-tripletex"
TRIPLETEX_TIMERABBIT = "tripletex-timerabbit"
EVERYWHERE = [
    (TRIPLETEX_TIMERABBIT, "timerabbit"),
    (TRIPLETEX_TIMERABBIT, "tripletex"),
    (SVENN_TRIPLETEX, "svenn"),
    (SVENN_TRIPLETEX, "tripletex"),
]
ELSEWHERE = {"tripletex": "https://production.example/v2"}


@dataclass
class Vendor:
    """One side of an active flow, and what people may put behind its connection."""

    hub: Hub
    name: str

    @property
    def connection(self) -> Connection:
        return self.hub.world.registry.connection("acme", self.name)

    @property
    def elsewhere(self) -> str:
        return ELSEWHERE.get(self.name, "https://production.example")

    @property
    def key(self) -> dict[str, str]:
        return self.hub.world.secrets.get("acme", self.name)

    def swap(self, account: int, name: str = "Helt Annet Selskap AS", *, missing: bool = False) -> dict[str, str]:
        """Let the vendor's address lead to another company whose ids coincide; return the key to it."""
        theirs = SANDBOXES[self.name](clock=self.hub.clock.now)
        theirs.load(build(99, 6))
        inner = theirs.answer

        def answer(request: Any) -> Any:
            response = inner(request)
            if request.path.endswith(("/me", "whoAmI")) and response.status_code == 200:
                response.set_data(_told(response.get_data(), account, name, missing=missing))
            return response

        theirs.answer = answer
        self.hub.sandboxes[self.name] = theirs
        self.forget()
        return dict(theirs.tokens())

    def forget(self) -> None:
        for sandbox in self.hub.sandboxes.values():
            sandbox.calls.clear()

    def connect(self, key: dict[str, str] | None, *, address: str = "", who: str = "tester", **more: Any) -> Connection:
        where = address or self.connection.base_url
        return setup.connect(self.hub.world, admin(who), "acme", self.name, self.name, where, credentials=key, **more)

    def sync(self) -> None:
        """Whatever may start a run does; what may not is refused."""
        try:
            self.hub.sync()
        except SamspillError:
            self.hub.drain()

    def written(self) -> int:
        return sum(self.hub.writes(vendor) for vendor in self.hub.sandboxes)

    def read(self) -> list[str]:
        """Calls that read records."""
        calls = self.hub.sandboxes[self.name].calls
        asked = ("/", "whoAmI", "/me", "session", ":create", "entitlement", "salesmodules")
        tries = re.compile(r"\bcount=1\b")  # `test` tries each kind with one id
        return [call.path for call in calls if not call.path.endswith(asked) and not tries.search(call.query)]


def _told(body: bytes, account: int, name: str, *, missing: bool) -> bytes:
    told = orjson.loads(body)
    if "value" in told:
        company = {"id": account, "name": name, "displayName": name}
        told["value"] |= {"companyId": None if missing else account, "company": company}
    else:
        told |= {"accountId": None if missing else str(account), "accountName": name}
    return orjson.dumps(told)


@pytest.fixture(params=EVERYWHERE, ids=["/".join(each) for each in EVERYWHERE])
def vendor(request: pytest.FixtureRequest) -> Vendor:
    flow, name = request.param
    hub = Hub(size=6, flow=flow)
    hub.first_sync()
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    hub.drain()
    made = Vendor(hub, name)
    made.forget()
    return made


def own_id(vendor: Vendor) -> int:
    assert vendor.connection.identity is not None
    return int(vendor.connection.identity.company_id)


def own_name(vendor: Vendor) -> str:
    assert vendor.connection.identity is not None
    return vendor.connection.identity.company


def test_a_key_to_another_company_is_not_stored_and_the_old_one_stays_in_force(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, before, key = vendor.hub.sandboxes[vendor.name], vendor.connection, vendor.key
    theirs = vendor.swap(777)
    other = vendor.hub.sandboxes[vendor.name]

    monkeypatch.setattr(connections, "_look_at_present", lambda *_: None)  # our own key leads where it did
    with pytest.raises(CredentialsError) as caught:
        vendor.connect(theirs)

    vendor.hub.sandboxes[vendor.name] = ours
    assert caught.value.reason.code == "other_company"
    assert "Helt Annet Selskap AS (777)" in reason_text(caught.value.reason, "en")
    assert (vendor.connection, vendor.key) == (before, key)
    assert vendor.hub.world.registry.flow(vendor.hub.flow).status is FlowStatus.ACTIVE
    vendor.forget()
    run = vendor.hub.sync()
    assert run.status.is_over
    assert vendor.written() == 0
    assert [call for call in other.calls if call.method not in {"GET", "HEAD"} and "session" not in call.path] == []


def test_where_the_stored_key_opens_another_company_by_now_everything_stops_before_anything_is_read(
    vendor: Vendor,
) -> None:
    theirs = vendor.swap(777)

    with pytest.raises(CredentialsError):
        vendor.connect(theirs)
    vendor.sync()

    assert vendor.connection.status is ConnectionStatus.KEY_INVALID
    assert vendor.connection.reason is not None
    assert vendor.connection.reason.code == "other_company"
    assert vendor.hub.world.registry.flow(vendor.hub.flow).status is FlowStatus.KEY_INVALID
    assert vendor.written() == 0
    assert vendor.read() == []
    [line] = vendor.hub.journal("stopped_for_key")
    assert line.reason.because is not None
    assert line.reason.because.code == "other_company"


def test_a_change_that_fails_has_the_stored_key_looked_at(vendor: Vendor) -> None:
    """Somebody moves to another company in several steps, and the first of them fails."""
    theirs = vendor.swap(777)

    with pytest.raises(SamspillError):
        vendor.connect(dict.fromkeys(theirs, "test-wrong"), address="https://production.example/nothing")
    vendor.sync()

    assert vendor.connection.status is ConnectionStatus.KEY_INVALID
    assert (vendor.written(), vendor.read()) == (0, [])


def test_a_test_finds_another_company_and_stops_what_would_have_used_it(vendor: Vendor) -> None:
    vendor.swap(777)

    with pytest.raises(CredentialsError) as caught:
        setup.test(vendor.hub.world, admin(), "acme", vendor.name, same_company=True)
    vendor.sync()

    assert caught.value.reason.code == "other_company"
    assert vendor.hub.world.registry.flow(vendor.hub.flow).status is FlowStatus.KEY_INVALID
    assert (vendor.written(), vendor.read()) == (0, [])


@pytest.mark.parametrize("name", ["Helt Annet Selskap AS", ""], ids=["another name", "the same name"])
def test_the_same_id_at_another_address_proves_nothing(vendor: Vendor, name: str) -> None:
    before, key, name = vendor.connection, vendor.key, name or own_name(vendor)
    theirs = vendor.swap(own_id(vendor), name)

    with pytest.raises(CredentialsError) as caught:
        vendor.connect(theirs, address=vendor.elsewhere)

    assert caught.value.reason.code == "maybe_other_company"
    assert "--same-company" in reason_text(caught.value.reason, "nb")
    assert vendor.connection.base_url == before.base_url
    assert vendor.key == key


def test_the_same_id_and_address_under_another_name_is_asked_about(vendor: Vendor) -> None:
    theirs = vendor.swap(own_id(vendor))

    with pytest.raises(CredentialsError) as caught:
        vendor.connect(theirs)
    vendor.sync()

    assert caught.value.reason.code == "maybe_other_company"
    assert (vendor.written(), vendor.read()) == (0, [])


def test_every_flow_that_shares_the_connection_is_stopped_and_told(vendor: Vendor) -> None:
    registry, hub = vendor.hub.world.registry, vendor.hub
    state = registry.flow(hub.flow)
    twin = next(name for name in FLOWS if name != hub.flow.flow)
    registry.save_flow(state.model_copy(update={"flow": twin, "revision": 0}))
    theirs = vendor.swap(777)

    with pytest.raises(CredentialsError):
        vendor.connect(theirs)
    hub.drain()

    for key in (hub.flow, FlowKey("acme", twin)):
        assert registry.flow(key).status is FlowStatus.KEY_INVALID
        now = hub.clock.now()
        told = hub.world.journal.read(key, now.replace(year=now.year - 1), now)
        assert [entry.reason.code for entry in told if "key" in entry.reason.code] == ["stopped_for_key"]


def test_a_person_may_say_that_it_is_the_same_company_and_the_journal_keeps_who(vendor: Vendor) -> None:
    key = dict(vendor.hub.sandboxes[vendor.name].tokens())

    saved = vendor.connect(key, address=vendor.elsewhere, same_company=True, who="kari")

    assert (saved.base_url, saved.status) == (vendor.elsewhere, ConnectionStatus.TESTED)
    [said] = vendor.hub.journal("same_company")
    assert said.reason.params["person"] == "kari"
    vendor.hub.sync()
    assert vendor.written() == 0
    assert vendor.read() != []


def test_nobody_can_say_that_another_id_is_the_same_company(vendor: Vendor) -> None:
    theirs = vendor.swap(778)

    with pytest.raises(CredentialsError):
        vendor.connect(theirs, same_company=True, who="kari")
    vendor.sync()

    assert vendor.hub.journal("same_company") == []
    assert (vendor.written(), vendor.read()) == (0, [])


@pytest.mark.parametrize("shape", [lambda url: url + "/", lambda url: url.replace("https://", "https://").upper()])
def test_another_spelling_of_the_address_is_the_same_place(vendor: Vendor, shape: Callable[[str], str]) -> None:
    spelt = shape(vendor.connection.base_url).replace("HTTPS", "https").replace("/V2", "/v2")

    saved = vendor.connect(dict(vendor.hub.sandboxes[vendor.name].tokens()), address=spelt)

    assert saved.status is ConnectionStatus.TESTED


def test_a_key_that_does_not_tell_its_company_is_not_taken(vendor: Vendor) -> None:
    before, key = vendor.connection, vendor.key
    theirs = vendor.swap(777, missing=True)

    with pytest.raises(ContractError) as caught:
        vendor.connect(theirs)

    assert caught.value.reason.code == "answer_unreadable"
    assert (vendor.connection, vendor.key) == (before, key)


def test_a_key_that_is_refused_does_not_take_the_place_of_a_good_one(vendor: Vendor) -> None:
    before, key = vendor.connection, vendor.key

    with pytest.raises(CredentialsError):
        vendor.connect(dict.fromkeys(vendor.hub.sandboxes[vendor.name].tokens(), "test-wrong"))

    assert (vendor.connection, vendor.key) == (before, key)
    assert "~" not in "".join(_stored(vendor))
    vendor.hub.sync()
    assert vendor.hub.world.registry.flow(vendor.hub.flow).status is FlowStatus.ACTIVE


def _stored(vendor: Vendor) -> list[str]:
    """Names under which the tenant's secret holds something."""
    secrets: Any = vendor.hub.world.secrets
    return [name for name, values in secrets._secrets["acme"].items() if values]


def test_settings_alone_keep_the_key(vendor: Vendor) -> None:
    key = vendor.key

    saved = vendor.connect(None, settings={"hours_days": "7"})

    assert saved.settings["hours_days"] == "7"
    assert {name: vendor.key[name] for name in key} == key


def test_what_a_version_without_accounts_left_untested_makes_no_call_until_a_person_said_whose_it_is(
    vendor: Vendor,
) -> None:
    """The version before cleared the identity whenever a key was renewed, and went on untested."""
    old = vendor.connection
    update = {"status": ConnectionStatus.NEW, "identity": None}
    vendor.hub.world.registry.save_connection(old.model_copy(update=update))

    vendor.sync()
    assert len(vendor.hub.sandboxes[vendor.name].calls) == 0
    with pytest.raises(CredentialsError) as caught:
        setup.test(vendor.hub.world, admin(), "acme", vendor.name)
    assert caught.value.reason.code == "company_not_on_record"
    vendor.sync()
    assert (vendor.written(), vendor.read()) == (0, [])

    setup.test(vendor.hub.world, admin("kari"), "acme", vendor.name, same_company=True)
    vendor.hub.sync()
    assert vendor.written() == 0
    assert vendor.read() != []


def test_until_a_flow_has_read_anything_a_connection_may_come_to_mean_another_company() -> None:
    hub = Hub(size=2)
    vendor = Vendor(hub, "timerabbit")
    setup.connect(hub.world, admin(), "acme", "timerabbit", "timerabbit", "https://timerabbit.sandbox",
                  credentials=hub.timerabbit.tokens())  # fmt: skip
    setup.test(hub.world, admin(), "acme", "timerabbit")
    theirs = vendor.swap(777)

    saved = vendor.connect(theirs)
    setup.test(hub.world, admin(), "acme", "timerabbit")

    assert saved.status is ConnectionStatus.NEW
    assert own_id(vendor) == 777


def test_a_refused_change_keeps_webhooks_and_what_is_on_its_way(vendor: Vendor) -> None:
    """The right key goes on: a message that was under way is handled, and nothing of it is lost."""
    ours = vendor.hub.sandboxes[vendor.name]
    link = next(each for each in vendor.hub.links("customers") if len(each.ids) == 2 and not each.conflicts)
    side = next(side for side, name in vendor.hub.vendors.items() if name == vendor.name)
    hint = RecordHint.model_validate({side.value: link.ids[side]})
    hub = vendor.hub
    hub.world.queues.send(
        [FetchRecords(tenant="acme", flow=hub.flow.flow, stream="customers", records=(hint,), force=True)]
    )
    wrong = dict.fromkeys(ours.tokens(), "test-wrong")

    with pytest.raises(CredentialsError):
        vendor.connect(wrong)
    hub.drain()

    assert hub.world.queues.depth() == 0
    assert vendor.read() != []
    assert vendor.connection.subscriptions
