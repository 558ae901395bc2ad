"""Clients: made when first used, once, from the environment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from samspill.store.aws import client


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    client.cache_clear()
    yield
    client.cache_clear()


def test_a_process_has_one_client_of_a_service() -> None:
    assert client("sqs") is client("sqs")
    assert client("sqs") is not client("dynamodb")


def test_region_and_endpoint_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert client("dynamodb").meta.endpoint_url == "https://dynamodb.eu-north-1.amazonaws.com"
    client.cache_clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert client("dynamodb").meta.endpoint_url == "http://127.0.0.1:4566"


def test_a_client_gives_up_well_before_a_function_does() -> None:
    config = client("dynamodb").meta.config
    assert (config.connect_timeout, config.read_timeout) == (3, 10)
    assert config.retries["mode"] == "standard"
    assert config.retries["total_max_attempts"] == 4
