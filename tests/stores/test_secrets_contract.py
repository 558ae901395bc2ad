"""Credentials: one secret per tenant, changed without losing anybody else's change."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from samspill.errors import BusyError
from samspill.store.secrets_manager import SecretsManagerSecrets
from tests.stores.conftest import OnAws, Stores
from tests.support.aws import counted
from tests.support.ids import CountingIds


class TestSecrets:
    def test_there_are_none_until_they_are_put(self, stores: Stores) -> None:
        assert stores.secrets.get("t", "tx") == {}
        stores.secrets.put("t", "tx", {"key": "a"})
        assert stores.secrets.get("t", "tx") == {"key": "a"}

    def test_credentials_of_one_connection_are_replaced_and_the_others_stay(self, stores: Stores) -> None:
        stores.secrets.put("t", "tx", {"key": "a", "old": "x"})
        stores.secrets.put("t", "tr", {"key": "b"})
        stores.secrets.put("t2", "tx", {"key": "d"})
        stores.secrets.put("t", "tx", {"key": "c"})
        assert stores.secrets.get("t", "tx", fresh=True) == {"key": "c"}
        assert stores.secrets.get("t", "tr", fresh=True) == {"key": "b"}
        assert stores.secrets.get("t2", "tx", fresh=True) == {"key": "d"}

    def test_what_was_handed_out_is_the_callers_own(self, stores: Stores) -> None:
        stores.secrets.put("t", "tx", {"key": "a"})
        stores.secrets.get("t", "tx")["key"] = "spoilt"
        assert stores.secrets.get("t", "tx") == {"key": "a"}


def other_process(aws: OnAws, waits: list[float] | None = None) -> SecretsManagerSecrets:
    def sleep(seconds: float) -> None:
        assert waits is not None
        waits.append(seconds)

    return SecretsManagerSecrets(
        "samspill",
        aws.leases,
        clock=aws.clock,
        ids=CountingIds("other"),
        make=lambda: aws.secretsmanager,
        sleep=sleep,
    )


def test_a_secret_is_read_once_in_five_minutes_unless_it_must_be_fresh(aws: OnAws) -> None:
    other = other_process(aws)
    aws.secrets.put("t", "tx", {"key": "a"})
    with counted("secretsmanager") as calls:
        aws.secrets.get("t", "tx")
        aws.clock.advance(299)
        aws.secrets.get("t", "tx")
    assert calls == {}
    other.put("t", "tx", {"key": "b"})
    assert aws.secrets.get("t", "tx") == {"key": "a"}
    assert aws.secrets.get("t", "tx", fresh=True) == {"key": "b"}
    other.put("t", "tx", {"key": "c"})
    aws.clock.advance(300)
    assert aws.secrets.get("t", "tx") == {"key": "c"}


def test_a_connection_that_somebody_else_just_made_is_seen_at_once(aws: OnAws) -> None:
    aws.secrets.put("t", "tx", {"key": "a"})
    other_process(aws).put("t", "tr", {"key": "b"})
    assert aws.secrets.get("t", "tr") == {"key": "b"}


def test_two_processes_that_renew_keep_each_others_tokens(aws: OnAws) -> None:
    other = other_process(aws)
    aws.secrets.put("t", "tx", {"token": "1"})
    other.put("t", "tr", {"token": "2"})
    aws.secrets.put("t", "tx", {"token": "3"})
    stored = aws.secretsmanager.get_secret_value(SecretId="samspill/tenants/t", VersionStage="AWSCURRENT")
    assert json.loads(stored["SecretString"]) == {"tx": {"token": "3"}, "tr": {"token": "2"}}


def test_who_finds_the_secret_being_changed_waits_a_little_and_then_gives_up_without_a_write(aws: OnAws) -> None:
    aws.secrets.put("t", "tx", {"token": "1"})
    assert aws.leases.take("secret/t", "somebody", aws.clock.now() + timedelta(seconds=20))
    waits: list[float] = []
    with pytest.raises(BusyError):
        other_process(aws, waits).put("t", "tx", {"token": "2"})
    assert waits == sorted(waits)
    assert 3 < sum(waits) < 20
    assert aws.secrets.get("t", "tx", fresh=True) == {"token": "1"}
    aws.leases.release("secret/t", "somebody")
    aws.secrets.put("t", "tx", {"token": "2"})
    assert aws.leases.take("secret/t", "somebody", aws.clock.now() + timedelta(seconds=20)), "given back"


@pytest.mark.parametrize("tenant", ["acme", "Blåbær & Sønn", "a/b~=20"])
def test_any_tenant_has_a_secret_of_its_own_with_a_name_that_is_allowed(aws: OnAws, tenant: str) -> None:
    aws.secrets.put(tenant, "tx", {"key": tenant})
    assert other_process(aws).get(tenant, "tx") == {"key": tenant}
    (found,) = aws.secretsmanager.list_secrets()["SecretList"]
    assert found["Name"].startswith("samspill/tenants/")
    assert set(found["Name"]) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_+=.@-")
    assert found["Name"].count("/") == 2
