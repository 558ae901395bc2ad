"""Notices are posted through the same guard as every call to a vendor."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from samspill.connectors import posting
from samspill.connectors.http import address
from samspill.connectors.posting import GuardedPoster
from samspill.errors import AddressError, RejectedError, UnavailableError

SECRET = "https://chat.example/hooks/T0/very-secret?token=abc"


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = {"chat.example": ["93.184.216.34"], "inside.example": ["10.0.0.7"]}
    check = address.check_address
    monkeypatch.setattr(
        posting, "check_address", lambda url, allowed: check(url, allowed, lambda host: hosts.get(host, []))
    )


def poster(answer: Callable[[httpx.Request], httpx.Response]) -> GuardedPoster:
    return GuardedPoster(transport=httpx.MockTransport(answer))


def test_a_notice_is_posted_as_it_is() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    poster(answer).post(SECRET, b'{"a": 1}', {"samspill-notice": "n"})

    (request,) = seen
    assert (request.method, str(request.url), request.content) == ("POST", SECRET, b'{"a": 1}')
    assert request.headers["content-type"] == "application/json"
    assert request.headers["samspill-notice"] == "n"


@pytest.mark.parametrize(
    "wrong",
    [
        "http://chat.example/x",
        "https://inside.example/x",
        "https://169.254.169.254/latest",
        "https://me:pw@chat.example/x",
    ],
)
def test_what_no_vendor_may_be_called_under_is_not_called(wrong: str) -> None:
    asked = poster(lambda _: pytest.fail("called"))
    with pytest.raises(AddressError):
        asked.post(wrong, b"{}", {})
    with pytest.raises(AddressError):
        asked.check(wrong)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, UnavailableError),
        (503, UnavailableError),
        (429, UnavailableError),
        (408, UnavailableError),
        (404, RejectedError),
        (410, RejectedError),
        (302, RejectedError),
    ],
)
def test_an_answer_tells_whether_to_try_again_and_no_redirect_is_followed(status: int, error: type[Exception]) -> None:
    calls: list[int] = []

    def answer(_request: httpx.Request) -> httpx.Response:
        calls.append(1)
        return httpx.Response(status, headers={"location": "https://inside.example/"})

    with pytest.raises(error) as caught:
        poster(answer).post(SECRET, b"{}", {})
    assert calls == [1]
    assert "secret" not in str(caught.value)
    assert "abc" not in str(caught.value)


def test_no_answer_is_tried_again() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("to very-secret")

    with pytest.raises(UnavailableError) as caught:
        poster(answer).post(SECRET, b"{}", {})
    assert "secret" not in str(caught.value)


def test_what_is_dialled_is_what_was_checked() -> None:
    dialled = GuardedPoster()._client._transport
    assert type(dialled._pool._network_backend).__name__ == "GuardedBackend"  # type: ignore[attr-defined]
