"""Credentials: one secret per tenant, changed without losing anybody else's change."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from samspill.errors import BusyError, CredentialsError
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

    def test_without_values_a_connection_has_no_credentials_any_more(self, stores: Stores) -> None:
        stores.secrets.put("t", "tx", {"key": "a"})
        stores.secrets.put("t", "tr", {"key": "b"})
        stores.secrets.put("t", "tx", {})
        assert stores.secrets.get("t", "tx", fresh=True) == {}
        assert stores.secrets.get("t", "tr", fresh=True) == {"key": "b"}

    def test_what_is_exchanged_is_stored_and_the_other_connections_stay(self, stores: Stores) -> None:
        stores.secrets.put("t", "tx", {"token": "1", "key": "a"})
        stores.secrets.put("t", "tr", {"token": "9"})
        seen: list[dict[str, str]] = []

        def next_token(held: dict[str, str]) -> dict[str, str]:
            seen.append(dict(held))
            return {**held, "token": str(int(held["token"]) + 1)}

        assert stores.secrets.exchange("t", "tx", next_token) == {"token": "2", "key": "a"}
        assert stores.secrets.exchange("t", "tx", next_token) == {"token": "3", "key": "a"}
        assert [each["token"] for each in seen] == ["1", "2"]
        assert stores.secrets.get("t", "tx", fresh=True) == {"token": "3", "key": "a"}
        assert stores.secrets.get("t", "tr", fresh=True) == {"token": "9"}

    def test_a_connection_without_credentials_gets_its_first_by_an_exchange(self, stores: Stores) -> None:
        assert stores.secrets.exchange("t", "tx", lambda held: {**held, "token": "1"}) == {"token": "1"}
        assert stores.secrets.get("t", "tx") == {"token": "1"}

    def test_an_exchange_that_fails_leaves_all_as_it_was_and_holds_up_nobody(self, stores: Stores) -> None:
        stores.secrets.put("t", "tx", {"token": "1"})

        def refused(held: dict[str, str]) -> dict[str, str]:
            held["token"] = "spoilt"
            raise CredentialsError("the vendor said no")

        with pytest.raises(CredentialsError):
            stores.secrets.exchange("t", "tx", refused)
        assert stores.secrets.get("t", "tx", fresh=True) == {"token": "1"}
        stores.secrets.put("t", "tx", {"token": "2"})
        assert stores.secrets.get("t", "tx", fresh=True) == {"token": "2"}

    def test_while_one_connection_exchanges_another_of_the_tenant_may_change(self, stores: Stores) -> None:
        """All connections of a tenant lie in one secret, and a vendor may take its time."""
        stores.secrets.put("t", "tx", {"token": "1"})
        stores.secrets.put("t", "tr", {"token": "1"})

        def meanwhile(held: dict[str, str]) -> dict[str, str]:
            stores.secrets.put("t", "tr", {"token": "2"})
            stores.secrets.put("t", "new", {"key": "n"})
            return {**held, "token": "3"}

        stores.secrets.exchange("t", "tx", meanwhile)

        found = {name: stores.secrets.get("t", name, fresh=True) for name in ("tx", "tr", "new")}
        assert found == {"tx": {"token": "3"}, "tr": {"token": "2"}, "new": {"key": "n"}}

    def test_a_hook_secret_is_its_connections_and_generations_own(self, stores: Stores) -> None:
        names = [("t", "tx", 1), ("t", "tx", 2), ("t", "tr", 1), ("u", "tx", 1), ("t/tx", "", 1), ("t", "tx1", 1)]
        secrets = [stores.secrets.hook_secret(*name) for name in names]
        assert len(set(secrets)) == len(names)
        assert {len(each) for each in secrets} == {64}, "vendors take 10 to 100 characters"
        assert secrets == [stores.secrets.hook_secret(*name) for name in names]

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
        signing="signing",
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


def test_two_processes_do_not_exchange_at_once(aws: OnAws) -> None:
    """A refresh token is good once: who comes second waits, and finds the new one."""
    aws.secrets.put("t", "tx", {"token": "1"})
    waits: list[float] = []

    def call(held: dict[str, str]) -> dict[str, str]:
        with pytest.raises(BusyError):
            other_process(aws, waits).exchange("t", "tx", lambda _: pytest.fail("it would refresh the same token"))
        return {**held, "token": "2"}

    assert aws.secrets.exchange("t", "tx", call) == {"token": "2"}
    assert waits
    assert other_process(aws).exchange("t", "tx", lambda held: held) == {"token": "2"}


def test_who_was_slower_than_its_lease_looks_again_at_what_somebody_else_stored(aws: OnAws) -> None:
    aws.secrets.put("t", "tx", {"token": "1"})
    seen: list[str] = []

    def slow(held: dict[str, str]) -> dict[str, str]:
        seen.append(held["token"])
        if len(seen) > 1:
            return held  # the other's is good
        aws.clock.advance(91)
        other_process(aws).exchange("t", "tx", lambda _: {"token": "theirs"})
        return {**held, "token": "ours"}

    assert aws.secrets.exchange("t", "tx", slow) == {"token": "theirs"}
    assert seen == ["1", "theirs"]
    assert other_process(aws).get("t", "tx") == {"token": "theirs"}


def test_an_exchange_that_changes_nothing_writes_nothing(aws: OnAws) -> None:
    aws.secrets.put("t", "tx", {"token": "1"})
    with counted("secretsmanager") as calls:
        aws.secrets.exchange("t", "tx", lambda held: held)
    assert calls == {"GetSecretValue": 1}


def test_the_stacks_secret_is_read_once_in_five_minutes(aws: OnAws) -> None:
    with counted("secretsmanager") as calls:
        first = aws.secrets.hook_secret("t", "tx", 1)
        aws.clock.advance(299)
        aws.secrets.hook_secret("t", "tr", 1)
        assert calls == {"GetSecretValue": 1}
        aws.clock.advance(2)
        aws.secretsmanager.put_secret_value(SecretId="signing", SecretString="another")
        assert aws.secrets.hook_secret("t", "tx", 1) != first


@pytest.mark.parametrize("tenant", ["acme", "Blåbær & Sønn", "a/b~=20"])
def test_any_tenant_has_a_secret_of_its_own_with_a_name_that_is_allowed(aws: OnAws, tenant: str) -> None:
    aws.secrets.put(tenant, "tx", {"key": tenant})
    assert other_process(aws).get(tenant, "tx") == {"key": tenant}
    secrets = aws.secretsmanager.list_secrets()["SecretList"]
    (found,) = (each for each in secrets if each["Name"] != "signing")
    assert found["Name"].startswith("samspill/tenants/")
    assert set(found["Name"]) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_+=.@-")
    assert found["Name"].count("/") == 2
