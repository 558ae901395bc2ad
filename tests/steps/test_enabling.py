"""Setting up flows: each use of a declaration has an id and two connections of its own, and keeps them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from samspill.errors import UsageError
from samspill.reasons import LANGUAGES
from samspill.state import ConnectionStatus, FlowKey, FlowStatus, Identity
from samspill.texts.reasons import reason_text
from samspill.usecases import setup
from tests.flows.hub import Hub
from tests.support.actors import admin

NAME = "svenn-tripletex"
OSLO, BERGEN = ("svenn", "tripletex"), ("bergen-svenn", "bergen-tripletex")


@pytest.fixture
def hub() -> Hub:
    """Oslo and Bergen are connected; no flow is set up."""
    hub = Hub(size=2, flow=NAME)
    for company, names in (("Oslo AS", OSLO), ("Bergen AS", BERGEN)):
        for vendor, name in zip(OSLO, names, strict=True):
            address = f"https://{vendor}.sandbox" + ("/v2" if vendor == "tripletex" else "")
            made = setup.connect(hub.world, admin(), "acme", name, vendor, address, credentials={"key": name})
            identity = Identity(user="u", company=company, company_id=company[0])
            update = {"identity": identity, "status": ConnectionStatus.TESTED}
            hub.world.registry.save_connection(made.model_copy(update=update))
    return hub


def flows(hub: Hub) -> dict[str, tuple[str, str, str]]:
    """What is stored: id → declaration and connections."""
    return {each.flow: (each.declaration, each.left, each.right) for each in hub.world.registry.flows("acme")}


def refused(hub: Hub, *arguments: str | None, **named: str | Mapping[str, str]) -> str:
    """The code of the reason why nothing was set up or changed; it is told whole in every language."""
    before = hub.world.registry.flows("acme")
    with pytest.raises(UsageError) as caught:
        setup.enable(hub.world, admin(), "acme", *arguments, **named)  # type: ignore[arg-type]  # as a test says them
    assert hub.world.registry.flows("acme") == before
    assert all("{" not in reason_text(caught.value.reason, language) for language in LANGUAGES)
    return caught.value.reason.code


def test_a_flow_is_called_as_its_declaration_unless_it_is_given_a_name(hub: Hub) -> None:
    setup.enable(hub.world, admin(), "acme", NAME, *OSLO)
    bergen = setup.enable(hub.world, admin(), "acme", NAME, *BERGEN, name="bergen")

    assert flows(hub) == {NAME: (NAME, *OSLO), "bergen": (NAME, *BERGEN)}
    assert (bergen.key, bergen.status) == (FlowKey("acme", "bergen"), FlowStatus.IN_REVIEW)


def test_a_flow_keeps_its_connections_and_a_second_company_is_sent_to_a_name_of_its_own(hub: Hub) -> None:
    setup.enable(hub.world, admin(), "acme", NAME, *OSLO)

    for other in (BERGEN, (OSLO[0], BERGEN[1]), (BERGEN[0], None)):
        assert refused(hub, NAME, *other) == "other_connections"

    with pytest.raises(UsageError) as caught:
        setup.enable(hub.world, admin(), "acme", NAME, *BERGEN)
    assert "keeps svenn and tripletex in step" in reason_text(caught.value.reason)
    assert f"samspill enable {NAME} --left … --right … --name NAME" in reason_text(caught.value.reason)


@pytest.mark.parametrize("flow", [NAME, "bergen"])
def test_a_flow_that_exists_is_changed_without_naming_its_connections(hub: Hub, flow: str) -> None:
    setup.enable(hub.world, admin(), "acme", NAME, *OSLO)
    setup.enable(hub.world, admin(), "acme", NAME, *BERGEN, name="bergen")
    before = {each.flow: each for each in hub.world.registry.flows("acme")}

    setup.enable(
        hub.world, admin(), "acme", flow, every_min=5, time_zone="Europe/Berlin", settings={"hours_from": "2026-01-01"}
    )

    after = {each.flow: each for each in hub.world.registry.flows("acme")}
    changed, [other] = after.pop(flow), after.values()
    assert (changed.every_min, changed.time_zone) == (5, "Europe/Berlin")
    assert changed.settings == {"hours_from": "2026-01-01"}
    assert (changed.left, changed.right) == (before[flow].left, before[flow].right)
    assert other == before[other.flow], "what is set for one company is not set for the other"


def test_the_same_change_may_name_the_connections_that_the_flow_has(hub: Hub) -> None:
    setup.enable(hub.world, admin(), "acme", NAME, *BERGEN, name="bergen")

    assert setup.enable(hub.world, admin(), "acme", NAME, *BERGEN, name="bergen", every_min=7).every_min == 7
    assert setup.enable(hub.world, admin(), "acme", "bergen", *BERGEN, every_min=9).every_min == 9


def test_two_flows_of_a_declaration_over_one_pair_of_connections_are_refused(hub: Hub) -> None:
    setup.enable(hub.world, admin(), "acme", NAME, *OSLO)

    assert refused(hub, NAME, *OSLO, name="another") == "pair_taken"


def test_two_flows_over_one_pair_of_companies_are_refused_under_other_names_of_the_connections_too(hub: Hub) -> None:
    for name in OSLO:
        twice = hub.world.registry.connection("acme", name).model_copy(update={"id": f"{name}-again", "revision": 0})
        hub.world.registry.save_connection(twice)
    setup.enable(hub.world, admin(), "acme", NAME, *OSLO)

    assert refused(hub, NAME, "svenn-again", "tripletex-again", name="another") == "pair_taken"
    setup.enable(hub.world, admin(), "acme", NAME, "svenn-again", "bergen-tripletex", name="another")


def test_a_pair_that_turns_out_to_be_one_that_is_taken_is_refused_before_anything_is_read(hub: Hub) -> None:
    def bergen_is_oslo(company_id: str) -> None:
        for name in BERGEN:
            known = hub.world.registry.connection("acme", name)
            identity = Identity(user="u", company="Oslo AS", company_id=company_id)
            hub.world.registry.save_connection(known.model_copy(update={"identity": identity}))

    for flow, pair in (("a", BERGEN), ("b", OSLO)):
        setup.enable(hub.world, admin(), "acme", NAME, *pair, name=flow)
        setup.approve_setup(hub.world, admin("operator"), FlowKey("acme", flow))
        hub.clock.advance(60)
    bergen_is_oslo("O")

    with pytest.raises(UsageError) as caught:
        setup.run(hub.world, admin("kari"), FlowKey("acme", "b"))

    assert caught.value.reason.code == "pair_taken"
    assert hub.world.runs.latest(FlowKey("acme", "b")) == []
    assert setup.run(hub.world, admin("kari"), FlowKey("acme", "a")).purpose == "plan", "the earlier one may go on"


@pytest.mark.parametrize(
    "name", ["", "-a", "a-", "Oslo", "a_b", "a b", "a/b", "a.b", "å", "x" * 41, "a\n", "tripletex-timerabbit"]
)
def test_what_is_no_name_or_another_declarations_names_no_flow(hub: Hub, name: str) -> None:
    setup.enable(hub.world, admin(), "acme", NAME, *OSLO)

    assert refused(hub, NAME, *BERGEN, name=name) == "no_flow_name"


@pytest.mark.parametrize("name", ["a", "0", "bergen-2", "x" * 40])
def test_names_of_flows_are_short_and_plain(hub: Hub, name: str) -> None:
    assert setup.enable(hub.world, admin(), "acme", NAME, *BERGEN, name=name).flow == name


def test_what_cannot_be_set_up_is_told_with_what_to_do(hub: Hub) -> None:
    setup.enable(hub.world, admin(), "acme", NAME, *BERGEN, name="bergen")

    assert refused(hub, "svenn-tripletx", *OSLO) == "no_such_declaration"
    assert refused(hub, NAME) == "connections_missing"
    assert refused(hub, NAME, OSLO[0], None) == "connections_missing"
    assert refused(hub, NAME, *reversed(OSLO)) == "other_system"
    assert refused(hub, NAME, "nobody", OSLO[1]) == "no_such_connection"
    assert refused(hub, "tripletex-timerabbit", name="bergen") == "other_declaration"
    for zone in ("Europe/Bergen", "Europe", "", "+01:00"):
        assert refused(hub, NAME, *OSLO, time_zone=zone) == "no_time_zone"
    assert refused(hub, "bergen", settings={"colour": "red"}) == "no_such_setting"


def test_a_flow_that_is_not_there_is_told_with_those_that_are(hub: Hub) -> None:
    setup.enable(hub.world, admin(), "acme", NAME, *BERGEN, name="bergen")

    for name, code in (("brgen", "no_such_flow"), (NAME, "flow_not_set_up")):
        with pytest.raises(UsageError) as caught:
            setup.flow_of(hub.world, FlowKey("acme", name))
        assert caught.value.reason.code == code
    with pytest.raises(UsageError, match="flows: bergen"):
        setup.flow_of(hub.world, FlowKey("acme", "brgen"))


def test_the_schedule_of_an_active_flow_follows_its_interval_and_zone(hub: Hub) -> None:
    for pair, flow in ((OSLO, NAME), (BERGEN, "bergen")):
        state = setup.enable(hub.world, admin(), "acme", NAME, *pair, name=flow)
        hub.world.registry.save_flow(state.model_copy(update={"status": FlowStatus.ACTIVE}))

    setup.enable(hub.world, admin(), "acme", "bergen", every_min=5, time_zone="Atlantic/Canary")

    [(key, scheduled)] = hub.world.schedules.by_flow.items()
    assert key == FlowKey("acme", "bergen")
    assert (scheduled.every_min, scheduled.time_zone, scheduled.enabled) == (5, "Atlantic/Canary", True)
