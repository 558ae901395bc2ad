"""Opening connectors, and what a person is asked and told."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from samspill.connectors import hooks, vendors
from samspill.connectors.hooks import VendorHooks
from samspill.connectors.registry import VendorConnectors, open_connector
from samspill.connectors.tripletex.connector import Tripletex
from samspill.connectors.vendors import VENDORS, vendor_facts
from samspill.errors import AddressError, ConfigurationError, ContractError
from samspill.reasons import LANGUAGES, Reason
from samspill.state import Connection
from samspill.texts.catalogue import say
from samspill.texts.reasons import reason_text
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
    asks = {facts.prompt(ask): ask for ask in (*facts.credentials, *facts.settings)}
    for language in LANGUAGES:
        for key in facts.texts():
            told = say(language, key, default=asks[key].default if key in asks else "")
            assert told
            assert language == "en" or told != say("en", key, default=""), key
    assert any(ask.secret for ask in facts.credentials)


def test_the_credentials_asked_for_are_those_a_connector_reads(rig: Rig) -> None:
    facts = vendor_facts(rig.vendor)
    assert {*rig.credentials()} <= {ask.name for ask in facts.credentials}
    required = {ask.name for ask in facts.credentials if not ask.optional}
    assert required == {*rig.credentials()}


def imported(statement: str) -> set[str]:
    """Return the modules a fresh interpreter holds after the statement."""
    code = f"import sys; sys.path.insert(0, {str(SHARED)!r}); {statement}\nprint(*sys.modules)"
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


@pytest.mark.parametrize(("name", "told"), [("sap", "SAP"), ("datev", "DATEV"), ("Tripletex", "Tripletex")])
def test_a_vendor_is_called_as_it_writes_itself(monkeypatch: pytest.MonkeyPatch, name: str, told: str) -> None:
    """Its name in keys is no title; a reason that an older version stored holds the title already."""
    facts = {each: dataclasses.replace(vendor_facts("tripletex"), title=each.upper()) for each in ("sap", "datev")}
    monkeypatch.setattr(vendors, "VENDORS", (*VENDORS, *facts))
    monkeypatch.setattr(vendors, "vendor_facts", facts.__getitem__)
    assert f"in {told}. " in reason_text(Reason("missing_access", {"system": name, "what": "customers"}))


def test_reading_a_webhook_loads_its_vendor_and_no_other() -> None:
    held = imported(
        "from datetime import datetime, UTC; from samspill.connectors.hooks import VendorHooks; "
        "from samspill.errors import SignatureError\n"
        "try: VendorHooks().read('tripletex', {}, b'', 's', datetime.now(UTC))\n"
        "except SignatureError: pass"
    )
    loaded = {each.split(".")[2] for each in held if each.startswith("samspill.connectors.")}
    assert loaded & {*VENDORS} == {"tripletex"}


def test_a_vendor_without_webhooks_is_told_from_one_whose_module_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(ContractError, match="sends no webhooks"):
        VendorHooks().read("nobody", {}, b"", "s", now)

    def broken(name: str) -> object:
        raise ModuleNotFoundError(name="something_else")

    monkeypatch.setattr(hooks, "import_module", broken)
    with pytest.raises(ModuleNotFoundError):
        VendorHooks().read("tripletex", {}, b"", "s", now)
