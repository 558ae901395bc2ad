"""What is asked of a sandbox that serves a contract of ours, and what it refuses."""

from __future__ import annotations

from typing import Any

import httpx


def made(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    """Make a record and return it."""
    response = client.post(path, json=body)
    assert response.status_code == 201, response.text
    record: dict[str, Any] = response.json()
    return record


def wrong(response: httpx.Response) -> list[tuple[str, str]]:
    """Return the fields that were refused, and why."""
    assert problem(response) == (422, "validation")
    return [(each["field"], each["code"]) for each in response.json()["errors"]]


def problem(response: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return response.status_code, response.json()["code"]
