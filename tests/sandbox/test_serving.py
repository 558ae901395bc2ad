from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from waitress.adjustments import Adjustments
from waitress.server import BaseWSGIServer, create_server

from local.vendors.clock import ManualClock
from local.vendors.courier import Courier
from local.vendors.registry import every_sandbox
from local.vendors.serve import cutting
from local.vendors.site import Site
from local.vendors.timerabbit import TimerabbitSandbox
from local.vendors.webhooks import WebhookRequest


@pytest.fixture
def served(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A client over a real connection; a Unix socket, since tests have no network."""
    sandboxes = every_sandbox(clock=clock, deliver=lambda _request: 200, host="sandbox", https_only=False)
    socket = str(tmp_path / "sandbox")
    # waitress resolves its default address even when it is given a Unix socket.
    monkeypatch.setattr(Adjustments, "listen", [])
    server = create_server(cutting(Site(sandboxes)), unix_socket=socket, threads=2)
    assert isinstance(server, BaseWSGIServer)
    thread = Thread(target=server.run)
    thread.start()
    with httpx.Client(transport=httpx.HTTPTransport(uds=socket), base_url="http://sandbox") as client:
        yield client
    # In the server's own loop, which ends when nothing is open any more.
    server.trigger.pull_trigger(server.close)  # type: ignore[attr-defined]  # the stub takes it for a number
    thread.join(10)
    server.task_dispatcher.shutdown()
    assert not thread.is_alive()


def test_a_dropped_answer_closes_the_connection_and_leaves_the_work_done(served: httpx.Client) -> None:
    served.headers["X-Api-Key"] = served.get("/_sandbox/timerabbit/tokens").json()["api_key"]
    served.put("/_sandbox/timerabbit/faults", json={"drop_answer_next": 1})

    with pytest.raises(httpx.RemoteProtocolError):
        served.post("/timerabbit/v1/customers", json={"name": "Østmo"})

    assert [each["name"] for each in served.get("/_sandbox/timerabbit/customers").json()] == ["Østmo"]


def test_paths_with_colons_and_angle_brackets_arrive(served: httpx.Client) -> None:
    keys = served.get("/_sandbox/tripletex/tokens").json()
    body = {
        "consumerToken": keys["consumer_token"],
        "employeeToken": keys["employee_token"],
        "expirationDate": "2026-03-04",
    }

    token = served.post("/tripletex/v2/token/session/:create", json=body).json()["value"]["token"]

    for path in ("/tripletex/v2/token/session/>whoAmI", "/tripletex/v2/token/session/%3EwhoAmI"):
        assert served.get(path, auth=("0", token)).status_code == 200


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("http://", {}),
        ("ftp://hub.example", {}),
        ("http://hub.example:port", {}),
        ("http://hub.example", {"x-hub": "blåbær"}),
    ],
)
def test_what_cannot_be_sent_at_all_counts_as_no_answer(url: str, headers: dict[str, str]) -> None:
    assert Courier()(WebhookRequest(url, headers, b"{}")) is None


def test_the_courier_sends_what_waits_without_being_asked(clock: ManualClock) -> None:
    arrived = Event()
    bodies: list[bytes] = []

    def receive(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        arrived.set()
        return httpx.Response(204)

    courier = Courier(httpx.MockTransport(receive))
    sandbox = TimerabbitSandbox(clock=clock, deliver=courier)
    sandbox.hooks.subscribe(
        {"url": "https://hub.example", "events": ["customer.created"], "secret": "a-secret-of-sixteen"},
        frozenset({"customer.created"}),
    )

    with courier.emptying([sandbox.webhooks]):
        sandbox.add("customers", {"name": "Berg"})
        assert arrived.wait(10)
    sandbox.add("customers", {"name": "Dahl"})
    sandbox.webhooks.pump()

    assert [status for _, status in sandbox.webhooks.sent] == [204, None]
    assert len(bodies) == 1
