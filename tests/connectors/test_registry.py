"""Opening connectors, and what a person is asked and told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from samspill.connectors.registry import VENDORS, VendorConnectors, open_connector, vendor_facts
from samspill.connectors.tripletex.connector import Tripletex
from samspill.errors import AddressError, ConfigurationError
from samspill.reasons import LANGUAGES
from samspill.state import Connection
from tests.connectors.rig import Rig
from tests.connectors.tripletex_rig import TripletexRig

PUBLIC = ["185.60.216.35"]
SHARED = Path(__file__).parents[2] / "shared"


def connectors(rig: Rig) -> VendorConnectors:
    return VendorConnectors(
        secrets=rig.secrets,
        budgets=rig.budgets,
        now=rig.clock.now,
        transport=rig.transport,
        told=lambda _connection, call: rig.logged.append(call),
        resolve=lambda _host: PUBLIC,
    )


def test_every_vendor_is_opened_and_works(rig: Rig) -> None:
    connector = connectors(rig).open(rig.connection)
    assert connector.check().company
    assert rig.logged


def test_a_connection_keeps_its_connector_until_it_is_saved_anew(rig: Rig) -> None:
    opened = connectors(rig)
    first = opened.open(rig.connection)
    assert opened.open(rig.connection.model_copy()) is first
    assert opened.open(rig.connection.model_copy(update={"revision": 1})) is not first
    assert opened.open(rig.connection.model_copy(update={"id": "c2"})) is not first


def test_an_address_that_may_not_be_called_opens_nothing(tripletex: TripletexRig) -> None:
    private = tripletex.connection.model_copy(update={"base_url": "https://127.0.0.1/v2"})
    with pytest.raises(AddressError):
        connectors(tripletex).open(private)


def test_the_one_machine_edition_allows_its_sandbox_by_name(tripletex: TripletexRig) -> None:
    local = tripletex.connection.model_copy(update={"base_url": "http://localhost:8080/tripletex/v2"})
    opened = open_connector(
        local,
        secrets=tripletex.secrets,
        budgets=tripletex.budgets,
        now=tripletex.clock.now,
        allowed=frozenset({"localhost:8080"}),
    )
    assert isinstance(opened, Tripletex)


def test_an_unknown_vendor_is_a_configuration_error(tripletex: TripletexRig) -> None:
    with pytest.raises(ConfigurationError, match="nobody"):
        connectors(tripletex).open(tripletex.connection.model_copy(update={"vendor": "nobody"}))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_person_is_asked_and_told_in_every_language(vendor: str) -> None:
    facts = vendor_facts(vendor)
    assert facts.name == vendor
    texts = [facts.help, *(ask.prompt for ask in (*facts.credentials, *facts.settings))]
    assert all(text.keys() == {*LANGUAGES} and all(text.values()) for text in texts)
    assert any(ask.secret for ask in facts.credentials)


def test_the_credentials_asked_for_are_those_a_connector_reads(rig: Rig) -> None:
    facts = vendor_facts(rig.vendor)
    assert {*rig.credentials()} <= {ask.name for ask in facts.credentials}
    required = {ask.name for ask in facts.credentials if not ask.optional}
    assert required == {*rig.credentials()}


def imported(statement: str) -> set[str]:
    """Return the modules a fresh interpreter holds after the statement."""
    code = f"import sys; sys.path.insert(0, {str(SHARED)!r}); {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {*done.stdout.split()}


def test_intake_imports_neither_an_http_client_nor_models() -> None:
    held = imported(
        "from samspill.connectors.hooks import VendorHooks; "
        "from samspill.connectors.tripletex import webhooks; from samspill.connectors.timerabbit import webhooks; "
        "from samspill.connectors.svenn import webhooks"
    )
    assert not held & {"httpx", "httpcore", "pydantic", "samspill.connectors.http.gateway", "boto3"}


def test_a_vendors_code_is_imported_when_it_is_used() -> None:
    held = imported("import samspill.connectors.registry")
    code = tuple(f"samspill.connectors.{vendor}" for vendor in (*VENDORS, "contract"))
    assert not {each for each in held if each.startswith((*code, "httpx"))}


def test_the_state_of_a_connection_needs_no_secret(tripletex: TripletexRig) -> None:
    assert "token" not in Connection.model_validate_json(tripletex.connection.model_dump_json()).model_dump_json()
