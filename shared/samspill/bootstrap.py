"""Where adapters meet use cases: the world of a function, and the world of a person at the command line."""

from __future__ import annotations

import dataclasses
import os
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from samspill import VERSION
from samspill.connectors.hooks import VendorHooks
from samspill.connectors.preflight import refusal
from samspill.errors import ConfigurationError, SamspillError, UsageError
from samspill.modes import Modes
from samspill.ports import Budgets, Connectors, Letter, Poster, World
from samspill.reasons import Language, Reason
from samspill.state import Connection
from samspill.store.aws import call, client
from samspill.store.budget import BudgetRule
from samspill.store.clock import SystemClock
from samspill.store.dynamo import Table
from samspill.store.dynamo_budgets import DynamoBudgets
from samspill.store.dynamo_decisions import YEARS, DynamoDecisions
from samspill.store.dynamo_deliveries import DynamoDeliveries
from samspill.store.dynamo_files import DynamoFiles
from samspill.store.dynamo_journal import DynamoJournal
from samspill.store.dynamo_key_index import DynamoKeyIndex
from samspill.store.dynamo_line import DynamoLine
from samspill.store.dynamo_links import DynamoLinks
from samspill.store.dynamo_marks import DynamoCursors, DynamoLeases
from samspill.store.dynamo_notices import DynamoNotices
from samspill.store.dynamo_quotas import DynamoQuotas
from samspill.store.dynamo_registry import DynamoRegistry
from samspill.store.dynamo_runs import DynamoRuns
from samspill.store.dynamo_tenants import DynamoTenants
from samspill.store.s3 import S3Blobs
from samspill.store.s3_files import S3Files
from samspill.store.scheduler import SchedulerSchedules
from samspill.store.secrets_manager import SecretsManagerSecrets
from samspill.store.ses import SesMailer
from samspill.store.sign_in import AwsSignIn
from samspill.store.sqs import QueueUrls, SqsQueues
from samspill.usecases.actor import Actor, signed_in

if TYPE_CHECKING:
    from samspill.connectors.http.wire import Told
    from samspill.notices.notice import Notice

CALM_MINUTES = 30
RESERVE = 10
"""One call in so many is left to the customer's other integrations and to people."""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

type Names = Callable[[str], str]
"""Returns the physical name of a part of the stack by its environment name, such as `SAMSPILL_STATE_TABLE`."""


class TimedIds:
    """Ids of time and chance that sort by time."""

    def new(self) -> str:
        """See `Ids.new`."""
        value, out = time.time_ns() // 1_000_000, ""
        for _ in range(9):
            value, digit = divmod(value, 32)
            out = _ALPHABET[digit] + out
        return out + "".join(secrets.choice(_ALPHABET) for _ in range(7))

    def secret(self) -> str:
        """See `Ids.secret`."""
        return secrets.token_urlsafe(32)


class LazyConnectors:
    """Opens connectors; the vendors' code is loaded when the first one is needed."""

    def __init__(self, make: Callable[[], Connectors]) -> None:
        """Wait."""
        self._make, self._made = make, cast("Connectors | None", None)

    def open(self, connection: Connection) -> Any:
        """See `Connectors.open`."""
        if self._made is None:
            self._made = self._make()
        return self._made.open(connection)


class LazyPoster:
    """Posts; what speaks HTTP is loaded when something is posted."""

    def __init__(self, allowed: frozenset[str]) -> None:
        """Wait."""
        self._allowed, self._made = allowed, cast("Poster | None", None)

    def check(self, address: str) -> None:
        """See `Poster.check`."""
        self._poster.check(address)

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        """See `Poster.post`."""
        self._poster.post(address, body, headers)

    @property
    def _poster(self) -> Poster:
        if self._made is None:
            from samspill.connectors.posting import GuardedPoster

            self._made = GuardedPoster(self._allowed)
        return self._made


class StackLetters:
    """Puts notices into words; the texts are loaded when something is told."""

    def __init__(self, stack: str, contact: str) -> None:
        """Name the stack in commands, and whom to ask."""
        self._stack, self._contact = stack, contact

    def of(self, notice: Notice, edge: str, language: Language) -> Letter:
        """See `Letters.of`."""
        from samspill.texts.letters import letter

        return letter(notice, edge, language, stack=self._stack, contact=self._contact)

    def test(self, language: Language) -> Letter:
        """See `Letters.test`."""
        from samspill.texts.letters import test_letter

        return test_letter(language, stack=self._stack, contact=self._contact)


def assumed_budget(key: str) -> BudgetRule:
    """Return what is assumed of a key (`vendor/…`) until the vendor tells: what it is known to allow."""
    from samspill.connectors.vendors import vendor_facts

    calls = vendor_facts(key.partition("/")[0]).calls
    first, *further = (BudgetRule(limit, window_s, reserve=limit // RESERVE) for limit, window_s in calls)
    return dataclasses.replace(first, further=tuple(further))


def world(
    names: Names, allowed_hosts: str, told: Told | None = None, around: Callable[[Budgets], Budgets] = lambda each: each
) -> World:
    """Return the world whose parts have these names; clients are made when a part is first used.

    `told` hears of every call to a vendor; `around` puts something of the caller's around the vendors' limits.
    """
    clock, ids = SystemClock(), TimedIds()
    dynamo, sqs, s3 = partial(client, "dynamodb"), partial(client, "sqs"), partial(client, "s3")
    state = Table(names("SAMSPILL_STATE_TABLE"), dynamo)
    journal = Table(names("SAMSPILL_JOURNAL_TABLE"), dynamo)
    webhooks = Table(names("SAMSPILL_WEBHOOK_TABLE"), dynamo)
    leases = DynamoLeases(state, clock)
    budgets = around(DynamoBudgets(state, clock, assumed_budget))
    stored = SecretsManagerSecrets(
        names("SAMSPILL_SECRET_PREFIX"),
        leases,
        clock=clock,
        ids=ids,
        make=partial(client, "secretsmanager"),
        signing=names("SAMSPILL_SIGNING_SECRET"),
    )
    blobs = S3Blobs(names("SAMSPILL_BLOB_BUCKET"), s3)
    allowed = frozenset(host for host in allowed_hosts.split(",") if host)

    def urls(step: str) -> QueueUrls:
        prefix = f"SAMSPILL_{step.upper()}"
        return QueueUrls(names(f"{prefix}_QUEUE_URL"), names(f"{prefix}_DEAD_QUEUE_URL"))

    def make_connectors() -> Connectors:
        from samspill.connectors.registry import VendorConnectors

        return VendorConnectors(secrets=stored, budgets=budgets, now=clock.now, allowed=allowed, told=told)

    return World(
        clock=clock,
        ids=ids,
        links=DynamoLinks(state, clock),
        keys=DynamoKeyIndex(state),
        registry=DynamoRegistry(state),
        tenants=DynamoTenants(state),
        runs=DynamoRuns(state, clock),
        cursors=DynamoCursors(state),
        leases=leases,
        quotas=DynamoQuotas(state, clock),
        line=DynamoLine(state, clock),
        journal=DynamoJournal(journal, clock),
        decisions=DynamoDecisions(journal, clock, keep_years=int(names("SAMSPILL_DECISION_YEARS") or YEARS)),
        blobs=blobs,
        files=DynamoFiles(state),
        file_store=S3Files(names("SAMSPILL_BLOB_BUCKET"), s3),
        secrets=stored,
        deliveries=DynamoDeliveries(webhooks, clock),
        queues=SqsQueues(urls, blobs, sqs),
        schedules=SchedulerSchedules(
            names("SAMSPILL_SCHEDULE_GROUP"),
            names("SAMSPILL_FETCH_QUEUE_ARN"),
            names("SAMSPILL_SCHEDULE_ROLE_ARN"),
            partial(client, "scheduler"),
        ),
        connectors=LazyConnectors(make_connectors),
        hooks=VendorHooks(),
        modes=Modes(),
        preflight=refusal,
        notices=DynamoNotices(state),
        letters=StackLetters(names("SAMSPILL_STACK"), names("SAMSPILL_CONTACT_ADDRESS")),
        mailer=SesMailer(names("SAMSPILL_MAIL_FROM"), partial(client, "sesv2")),
        poster=LazyPoster(allowed),
        calm=timedelta(minutes=int(names("SAMSPILL_ALL_CLEAR_AFTER_MINUTES") or CALM_MINUTES)),
        hook_url=names("SAMSPILL_PUBLIC_HOOK_URL"),
        contact=names("SAMSPILL_CONTACT_ADDRESS"),
    )


def world_from_environment(told: Told | None = None) -> World:
    """Return the world of a function. A part it has no name for is a part it has no right to."""
    return world(lambda name: os.environ.get(name, ""), os.environ.get("SAMSPILL_ALLOW_PRIVATE_HOSTS", ""), told)


# --- for people ------------------------------------------------------------------------------------------------------


def stack_outputs(stack: str) -> dict[str, str]:
    """Return a deployed stack's outputs.

    Raises:
        UsageError: there is no such stack for the present region and profile.
        ConfigurationError: the present credentials are missing, expired or lack the right.
        UnavailableError: AWS cannot be reached.
    """
    try:
        answer = call(partial(client, "cloudformation"), "describe_stacks", StackName=stack)
    except SamspillError:
        raise  # says AWS's own sentence
    except Exception as error:
        tried = {"region": _tried("AWS_REGION", "AWS_DEFAULT_REGION"), "profile": _tried("AWS_PROFILE")}
        raise UsageError(f"no stack {stack!r}", reason=Reason("no_stack", {"stack": stack, **tried})) from error
    return {output["OutputKey"]: output["OutputValue"] for output in answer["Stacks"][0].get("Outputs", [])}


def _tried(*names: str) -> str:
    return next((os.environ[name] for name in names if os.environ.get(name)), "-")


def person() -> Actor:
    """Return who works at the command line, as their AWS sign-in tells."""
    return signed_in(AwsSignIn(partial(client, "sts")))


def world_from_stack(stack: str, wait: Callable[[Budgets], Budgets]) -> World:
    """Return the world of a person who works on a deployed stack, with their own AWS credentials.

    `wait` makes the vendors' limits wait where functions would be refused.

    Raises:
        UsageError: there is no such stack.
        ConfigurationError: its major version is another.
    """
    outputs = stack_outputs(stack)
    remarks = other_version(stack, outputs.get("Version", ""))
    made = world(partial(_output, outputs), outputs.get("AllowPrivateHosts", ""), around=wait)
    return dataclasses.replace(made, remarks=remarks)


def other_version(stack: str, theirs: str) -> tuple[Reason, ...]:
    """Compare the stack's version with this command line's, and say what to do where they differ.

    Within a major version either may be the older one.

    Raises:
        ConfigurationError: the major version is another: the reason says which of the two to update.
    """
    ours = _numbers(VERSION)
    if _numbers(theirs) == ours:
        return ()
    code = "stack_is_newer" if _numbers(theirs) > ours else "stack_is_older"
    reason = Reason(code, {"stack": stack, "theirs": theirs or "?", "ours": VERSION})
    if theirs and _numbers(theirs)[0] != ours[0]:
        raise ConfigurationError(f"stack {stack} {theirs}, command line {VERSION}", reason=reason)
    return (reason,)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))


def _output(outputs: Mapping[str, str], name: str) -> str:
    """`SAMSPILL_STATE_TABLE` is the output `StateTable`."""
    return outputs.get("".join(part.title() for part in name.removeprefix("SAMSPILL_").split("_")), "")
