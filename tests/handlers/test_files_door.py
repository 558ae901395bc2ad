"""The door that hands files out: opening a link shows a page, its button leads to the file, nothing else does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from samspill.export_files import ExportFile
from samspill.usecases import exports
from tests.flows.hub import Hub
from tests.handlers.test_doors import load
from tests.support.actors import admin

EVENTS = Path(__file__).parent / "events"
type Knock = Callable[..., dict[str, Any]]


@pytest.fixture
def hub() -> Hub:
    hub = Hub(size=3, flow="tripletex-customers-csv")
    hub.connect()
    exports.run_export(hub.world, admin("kari"), hub.flow)
    hub.drain()
    hub.world = replace(hub.world, hook_url="https://hooks.example/hub")
    return hub


@pytest.fixture
def file(hub: Hub) -> ExportFile:
    (file,) = exports.files_of(hub.world, admin(), "acme")
    return file


@pytest.fixture
def token(hub: Hub, file: ExportFile) -> str:
    return exports.make_link(hub.world, admin("kari"), "acme", file.id, days=7).address.rpartition("/")[2]


@pytest.fixture
def knock(hub: Hub, token: str, monkeypatch: pytest.MonkeyPatch) -> Knock:
    """Hand an event as API Gateway makes it to the door, under the link's token or another one; return its answer."""
    module = load("files")
    monkeypatch.setattr(module, "world", lambda: hub.world)

    def knocked(event: str, other: str = "", **changes: Any) -> dict[str, Any]:
        text = (EVENTS / f"file-link-{event}.json").read_text(encoding="utf-8").replace("TOKEN", other or token)
        answer: dict[str, Any] = module.handler(json.loads(text) | changes, None)
        return answer

    return knocked


def fetched(hub: Hub) -> list[str]:
    """Who fetched files, by the journal."""
    hub.drain()
    return [entry.reason.params["person"] for entry in hub.journal("file_fetched")]


def test_opening_a_link_shows_a_page_in_the_readers_language_and_fetches_nothing(hub: Hub, knock: Knock) -> None:
    answer = knock("opened")

    assert answer["statusCode"] == 200
    assert '<html lang="nb">' in answer["body"]
    assert '<form method="post">' in answer["body"]
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert fetched(hub) == [], "mail filters open links"


def test_pressing_the_button_leads_to_the_file_for_a_minute_and_is_in_the_journal(
    hub: Hub, file: ExportFile, knock: Knock
) -> None:
    answer = knock("pressed")

    assert (answer["statusCode"], answer["body"]) == (302, "")
    assert answer["headers"]["Location"] == f"https://files.example/{file.key}?name={file.name}&seconds=60"
    assert fetched(hub) == ["kari"]


@pytest.mark.parametrize("event", ["opened", "pressed"])
def test_a_link_that_never_was_or_is_over_leads_nowhere(hub: Hub, knock: Knock, event: str) -> None:
    never = knock(event, "x" * 43)
    no_token = knock(event, "x")
    hub.clock.advance(timedelta(days=8).total_seconds())
    over = knock(event)

    assert [each["statusCode"] for each in (never, no_token, over)] == [404] * 3
    assert never["body"] == over["body"], "nobody learns whether there was one"
    assert all("Location" not in each["headers"] for each in (never, no_token, over))
    assert fetched(hub) == []


def test_a_revoked_link_leads_nowhere_at_once(hub: Hub, file: ExportFile, knock: Knock) -> None:
    exports.revoke_links(hub.world, admin("kari"), "acme", file.id)

    assert knock("pressed")["statusCode"] == 404
    assert fetched(hub) == []


def test_an_event_without_headers_is_answered_in_english(knock: Knock) -> None:
    assert '<html lang="en">' in knock("opened", headers=None)["body"]


def test_the_log_line_says_whose_file_it_was_and_holds_no_token(
    file: ExportFile, token: str, knock: Knock, capsys: pytest.CaptureFixture[str]
) -> None:
    knock("pressed")
    knock("pressed", "x" * 43)

    first, second = [line for line in capsys.readouterr().out.splitlines() if "file link" in line]
    assert json.loads(first) == {
        "message": "file link",
        "method": "POST",
        "status": 302,
        "tenant": "acme",
        "flow": "tripletex-customers-csv",
        "file": file.id,
    }
    assert json.loads(second) == {"message": "file link", "method": "POST", "status": 404}
    assert token not in first
