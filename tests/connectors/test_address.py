"""Which addresses may be called."""

from __future__ import annotations

import httpcore
import pytest

from samspill.connectors.http.address import Resolve, check_address, public_ips, redirected, resolve
from samspill.connectors.http.dialing import GuardedBackend, guarded_transport
from samspill.connectors.http.trust import verifying
from samspill.errors import AddressError
from samspill.reasons import LANGUAGES
from samspill.texts.reasons import reason_text, sentences

PUBLIC = ["185.60.216.35"]


def to(*ips: str) -> Resolve:
    return lambda _host: list(ips)


def test_a_public_https_address_passes_without_its_trailing_slash() -> None:
    assert check_address(" https://tripletex.no/v2/ ", resolve=to(*PUBLIC)) == "https://tripletex.no/v2"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("tripletex.no/v2", "address_no_scheme"),
        ("ftp://tripletex.no", "address_no_scheme"),
        ("https://", "address_no_scheme"),
        ("http://tripletex.no/v2", "address_not_https"),
        ("https://me:pass@tripletex.no", "address_with_login"),
        ("https://tripletex.no/?token=1", "address_with_query"),
        ("https://tripletex.no/#token", "address_with_query"),
        ("https://tripletex.no:99999", "address_malformed"),
        ("https://tripletex.no:port", "address_malformed"),
        ("https://[::1", "address_malformed"),
        ("https://127.0.0.1", "address_private"),
        ("https://10.1.2.3", "address_private"),
        ("https://169.254.169.254/latest/meta-data", "address_private"),
        ("https://100.64.0.1", "address_private"),
        ("https://0.0.0.0", "address_private"),
        ("https://224.0.0.1", "address_private"),
        ("https://[::1]", "address_private"),
        ("https://[fe80::1]", "address_private"),
        ("https://[fd00:ec2::254]", "address_private"),
        ("https://[::ffff:127.0.0.1]", "address_private"),
        ("https://[64:ff9b::7f00:1]", "address_private"),
        ("https://[2002:7f00:1::]", "address_private"),
    ],
)
def test_other_addresses_are_refused_with_a_plain_reason(url: str, code: str) -> None:
    with pytest.raises(AddressError) as caught:
        check_address(url, resolve=to(*PUBLIC))
    assert caught.value.reason.code == code
    assert code in sentences("en")


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter22@tripletex.no",
        "https://me:hunter22@tripletex.no:99999",
        "https://me:hunter22@[::1",
        "ftp://me:hunter22@tripletex.no",
        "me:hunter22@tripletex.no",
        "tripletex.no/v2?token=hunter22",
        "https://tripletex.no/?token=hunter22",
        "https://tripletex.no:99999/?token=hunter22",
    ],
)
def test_a_password_in_an_address_is_in_no_message(url: str) -> None:
    with pytest.raises(AddressError) as caught:
        check_address(url, resolve=to(*PUBLIC))
    told = [reason_text(caught.value.reason, language) for language in LANGUAGES]
    assert "hunter22" not in str(caught.value) + repr(caught.value.reason) + "".join(told)
    assert "{" not in "".join(told)


def test_a_name_with_one_private_answer_among_public_ones_is_refused() -> None:
    with pytest.raises(AddressError) as caught:
        check_address("https://rebind.example", resolve=to(*PUBLIC, "192.168.0.7"))
    assert caught.value.reason.code == "address_private"


def test_a_name_without_an_answer_is_unknown() -> None:
    with pytest.raises(AddressError) as caught:
        public_ips("nowhere.example", to())
    assert caught.value.reason.code == "address_unknown"


def test_an_allowed_host_and_port_may_be_private_and_unencrypted_and_no_other_port() -> None:
    allowed = frozenset({"localhost:8080"})
    assert check_address("http://localhost:8080/tripletex/v2", allowed, to("127.0.0.1")) == (
        "http://localhost:8080/tripletex/v2"
    )
    with pytest.raises(AddressError):
        check_address("http://localhost:8081", allowed, to("127.0.0.1"))


def test_a_redirect_to_what_is_no_address_is_told_as_a_redirect() -> None:
    assert redirected("vendor.example", "https://[::1").reason.params["target"] == "vendor.example"


class DialledError(Exception):
    """Carries the address that was dialled."""


def test_the_address_that_was_checked_is_the_one_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    def dial(_self: object, host: str, port: int, *_rest: object) -> httpcore.NetworkStream:
        raise DialledError(f"{host}:{port}")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", dial)
    with pytest.raises(DialledError, match=r"185\.60\.216\.35:443"):
        GuardedBackend(frozenset(), to(*PUBLIC)).connect_tcp("tripletex.no", 443)


def test_a_name_that_turned_private_since_it_was_checked_is_not_dialled() -> None:
    with pytest.raises(AddressError):
        GuardedBackend(frozenset(), to("127.0.0.1")).connect_tcp("rebind.example", 443)


def test_the_next_address_is_dialled_when_the_first_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def dial(_self: object, host: str, _port: int, *_rest: object) -> httpcore.NetworkStream:
        tried.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", dial)
    with pytest.raises(httpcore.ConnectError):
        GuardedBackend(frozenset(), to("2a00::1", "185.60.216.35")).connect_tcp("tripletex.no", 443)
    assert tried == ["2a00::1", "185.60.216.35"]


def test_the_transport_dials_through_the_guard() -> None:
    pool = guarded_transport(frozenset(), verifying())._pool
    assert isinstance(pool, httpcore.ConnectionPool)
    assert isinstance(pool._network_backend, GuardedBackend)


def test_names_are_resolved_by_the_operating_system_to_distinct_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(host: str, *_rest: object, **_more: object) -> list[tuple[object, ...]]:
        if host == "nowhere.example":
            raise OSError
        return [(2, 1, 6, "", (ip, 0)) for ip in ("185.60.216.35", "185.60.216.35", "2a00::1")]

    monkeypatch.setattr("socket.getaddrinfo", ask)
    assert resolve("tripletex.no") == ["185.60.216.35", "2a00::1"]
    assert resolve("nowhere.example") == []
