"""Connections and flows: documents saved on their revision."""

from __future__ import annotations

import pytest

from samspill.errors import ConflictError, UsageError
from samspill.notices.summary import Summary
from samspill.state import Connection, FlowKey, FlowState, FlowStatus
from tests.stores.conftest import Stores
from tests.support.clock import START


def connection(tenant: str = "t", name: str = "tx") -> Connection:
    return Connection(tenant=tenant, id=name, vendor="tripletex", base_url="https://a.example", created_at=START)


def flow(tenant: str = "t", name: str = "tripletex-timerabbit") -> FlowState:
    return FlowState(
        tenant=tenant, flow=name, declaration="svenn-tripletex", left="tx", right="tr", every_min=5, created_at=START
    )


class TestRegistry:
    def test_a_connection_comes_back_as_it_was_saved_one_revision_on(self, stores: Stores) -> None:
        saved = stores.registry.save_connection(connection())
        assert saved == connection().model_copy(update={"revision": 1})
        assert stores.registry.connection("t", "tx") == saved

    def test_a_connection_saved_on_an_old_revision_is_refused(self, stores: Stores) -> None:
        first = stores.registry.save_connection(connection())
        second = stores.registry.save_connection(first.model_copy(update={"settings": {"a": "1"}}))
        for stale in (connection(), first):
            with pytest.raises(ConflictError):
                stores.registry.save_connection(stale)
        assert stores.registry.connection("t", "tx") == second

    def test_a_document_that_no_item_holds_is_refused_by_its_name_and_the_stored_one_stays(
        self, stores: Stores
    ) -> None:
        kept = stores.registry.save_flow(flow())
        with pytest.raises(UsageError) as refused:
            stores.registry.save_flow(kept.model_copy(update={"settings": {"note": "å" * 210_000}}))
        assert refused.value.reason.code == "document_too_large"
        assert refused.value.reason.params == {"document": "tripletex-timerabbit", "size": "421"}
        assert stores.registry.flow(kept.key) == kept

        heavy = connection().model_copy(update={"settings": {"note": "x" * 390_000}})
        assert stores.registry.connection("t", stores.registry.save_connection(heavy).id).settings == heavy.settings

    def test_a_flow_saved_on_an_old_revision_is_refused(self, stores: Stores) -> None:
        first = stores.registry.save_flow(flow())
        second = stores.registry.save_flow(first.model_copy(update={"status": FlowStatus.ACTIVE}))
        for stale in (flow(), first):
            with pytest.raises(ConflictError):
                stores.registry.save_flow(stale)
        assert stores.registry.flow(flow().key) == second

    def test_what_nobody_made_is_told_so(self, stores: Stores) -> None:
        with pytest.raises(UsageError, match="tx"):
            stores.registry.connection("t", "tx")
        with pytest.raises(UsageError, match="nothing"):
            stores.registry.flow(FlowKey("t", "nothing"))
        stores.registry.save_flow(flow())
        with pytest.raises(UsageError, match="tx"):
            stores.registry.hooked("t", "tx")

    def test_what_a_webhook_concerns_is_its_connection_and_the_tenants_flows(self, stores: Stores) -> None:
        for tenant, name in (("t", "b"), ("t", "tx"), ("u", "c")):
            stores.registry.save_connection(connection(tenant, name))
            stores.registry.save_flow(flow(tenant, name))
        assert stores.registry.hooked("t", "tx") == (
            stores.registry.connection("t", "tx"),
            [stores.registry.flow(FlowKey("t", name)) for name in ("b", "tx")],
        )

    def test_a_tenants_documents_are_listed_by_name_and_no_other_tenants(self, stores: Stores) -> None:
        for tenant, name in (("t", "b"), ("t", "a"), ("t#CONNECTION", "c"), ("t%", "d")):
            stores.registry.save_connection(connection(tenant, name))
            stores.registry.save_flow(flow(tenant, name))
        assert [found.id for found in stores.registry.connections("t")] == ["a", "b"]
        assert [found.flow for found in stores.registry.flows("t")] == ["a", "b"]
        assert [found.id for found in stores.registry.connections("t%")] == ["d"]
        assert stores.registry.flows("nobody") == []


class TestTenants:
    def test_tenants_are_named_once_each_in_order_however_often_they_are_noted(self, stores: Stores) -> None:
        assert stores.tenants.all() == []
        for name in ("nord", "acme", "nord", "a#b"):
            stores.tenants.note(name)

        assert stores.tenants.all() == ["a#b", "acme", "nord"]

    def test_a_look_replaces_the_summary_of_the_one_before_and_noting_the_name_again_keeps_it(
        self, stores: Stores
    ) -> None:
        for name in ("nord", "a#b"):
            stores.tenants.note(name)
        for failed in (1, 2):
            stores.tenants.sum_up(Summary(tenant="nord", looked_at=START, failed=failed))
        stores.tenants.note("nord")

        told = Summary(tenant="nord", looked_at=START, failed=2)
        assert list(stores.tenants.summaries()) == [("a#b", None), ("nord", told)]
        assert (stores.tenants.all(), stores.tenants.following("a#b", 3)) == (["a#b", "nord"], ["nord"])

    def test_a_look_that_ends_after_its_tenant_was_removed_brings_nothing_back(self, stores: Stores) -> None:
        stores.tenants.note("nord")
        stores.tenants.sum_up(Summary(tenant="nord", looked_at=START))
        stores.tenants.forget("nord")
        stores.tenants.sum_up(Summary(tenant="nord", looked_at=START))
        assert list(stores.tenants.summaries()) == []

        stores.tenants.note("nord")
        assert list(stores.tenants.summaries()) == [("nord", None)]

    def test_connections_to_an_account_are_found_by_it_whose_ever_they_are(self, stores: Stores) -> None:
        long = "x" * 500
        known = [("v|h||1", "b#", "c%"), ("v|h||1", "a", "c"), ("v|h||2", "a", "d"), (long, "a", "e")]
        for account, tenant, name in known:
            stores.tenants.note_opened(account, tenant, name)
            stores.tenants.note_opened(account, tenant, name)

        assert stores.tenants.opened("v|h||1") == [("a", "c"), ("b#", "c%")]
        assert stores.tenants.opened(long) == [("a", "e")]
        for _ in range(2):
            stores.tenants.forget_opened("v|h||1", "b#", "c%")
        assert stores.tenants.opened("v|h||1") == [("a", "c")]
        assert (stores.tenants.opened("v|h||3"), stores.tenants.all()) == ([], [])

    def test_a_tenants_name_is_no_document_of_another(self, stores: Stores) -> None:
        stores.tenants.note("t")

        assert (stores.registry.connections("t"), stores.registry.flows("t")) == ([], [])
