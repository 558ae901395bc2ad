"""Whose certificates are accepted. The handshakes are real ones, in memory."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpcore
import httpx
import pytest

from samspill.connectors.http.dialing import guarded_transport
from samspill.connectors.http.trust import verifying
from samspill.connectors.registry import VendorConnectors, open_connector
from samspill.errors import ConfigurationError, UnavailableError
from tests.connectors.rig import Rig
from tests.connectors.test_gateway import Wire
from tests.connectors.timerabbit_rig import TimerabbitRig

FILES = Path(__file__).parent / "certificates"
"""A customer's authority, and a server it certified as erp.customer.example until 2120; made for these tests."""
AUTHORITY = (FILES / "authority.pem").read_text()
SERVER = (FILES / "server.pem").read_text()
CERTIFICATE = SERVER[: SERVER.index("-----BEGIN PRIVATE")]


def shake_hands(client: ssl.SSLContext, name: str = "erp.customer.example") -> None:
    """Have a client meet the customer's server; SSLCertVerificationError when it does not trust it."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(FILES / "server.pem")
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_a_customers_own_authority_is_accepted_on_top_of_the_public_ones() -> None:
    shake_hands(verifying(AUTHORITY))
    assert verifying(AUTHORITY).cert_store_stats()["x509_ca"] == verifying().cert_store_stats()["x509_ca"] + 1


def test_without_it_the_server_is_not_trusted() -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(verifying())


def test_another_host_of_the_same_authority_is_not_trusted() -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(verifying(AUTHORITY), "other.customer.example")


def test_verification_is_never_weaker_than_without_it() -> None:
    plain, own = verifying(), verifying(AUTHORITY)
    assert own.check_hostname
    assert own.verify_mode is ssl.CERT_REQUIRED
    assert own.verify_flags == plain.verify_flags
    assert own.minimum_version == plain.minimum_version


@pytest.mark.parametrize(
    "pem",
    [
        "garbage",
        "-----BEGIN CERTIFICATE-----\ngarbage\n-----END CERTIFICATE-----",
        AUTHORITY.replace("MII", "MIX", 1),
        AUTHORITY[:200],
        AUTHORITY + "\u00e6",
        SERVER,
        " ",
    ],
)
def test_what_is_no_certificate_is_told_when_it_is_to_be_stored(pem: str) -> None:
    rig = TimerabbitRig({"ca_certificate": pem})
    connectors = VendorConnectors(
        secrets=rig.secrets,
        budgets=rig.budgets,
        now=rig.clock.now,
        transport=rig.transport,
        resolve=lambda _host: ["185.60.216.35"],
    )
    with pytest.raises(ConfigurationError) as caught:
        connectors.open(rig.connection)
    assert caught.value.reason.code == "ca_unusable"
    assert "garbage" not in str(caught.value)
    assert rig.transport.sent == []


def _pool(rig: Rig) -> ssl.SSLContext:
    """What verifies the servers that this connection's calls meet."""
    connector = open_connector(
        rig.connection,
        secrets=rig.secrets,
        budgets=rig.budgets,
        now=rig.clock.now,
        resolve=lambda _host: ["185.60.216.35"],
    )
    metered = connector.client.gateway._client._transport  # type: ignore[attr-defined]
    context = metered._inner._pool._ssl_context
    assert isinstance(context, ssl.SSLContext)
    return context


def test_it_is_accepted_on_its_own_connection_only() -> None:
    shake_hands(_pool(TimerabbitRig({"ca_certificate": AUTHORITY})))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(_pool(TimerabbitRig()))


def test_the_transport_verifies_by_what_it_is_given() -> None:
    own = verifying(AUTHORITY)
    pool = guarded_transport(frozenset(), own)._pool
    assert isinstance(pool, httpcore.ConnectionPool)
    assert pool._ssl_context is own


def test_a_server_that_is_not_trusted_is_told_as_that() -> None:
    timerabbit = TimerabbitRig()

    def untrusted() -> httpx.ConnectError:
        error = httpx.ConnectError("certificate verify failed")
        error.__cause__ = ssl.SSLCertVerificationError("certificate verify failed")
        return error

    timerabbit.transport.inner = Wire(untrusted(), untrusted())
    with pytest.raises(UnavailableError) as caught:
        timerabbit.connector.reach()
    assert caught.value.reason.code == "certificate_not_trusted"
