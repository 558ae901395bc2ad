"""One connection to the strict server, with everything in sight that might tell a secret."""

from __future__ import annotations

import logging
from functools import partial
from urllib.parse import quote, quote_plus

import httpx
import pytest

from samspill.connectors.auth.key import KeyAuth
from samspill.connectors.auth.oauth2.client_credentials import ClientCredentialsAuth
from samspill.connectors.auth.session import SessionAuth
from samspill.connectors.context import ConnectorContext
from samspill.connectors.faults import ErrorTable, Fault
from samspill.connectors.http.address import check_address
from samspill.connectors.http.gateway import Gateway
from samspill.connectors.http.reply import Dialect, Reply
from samspill.connectors.http.wire import Call
from samspill.errors import SamspillError
from samspill.reasons import LANGUAGES
from samspill.state import Connection
from samspill.texts.reasons import reason_text
from tests.connectors.auth.server import API, StrictServer
from tests.connectors.twins import MemorySecrets, WindowBudgets
from tests.support.clock import START, FixedClock

type Signing = KeyAuth | SessionAuth | ClientCredentialsAuth


def refused(reply: Reply) -> list[Fault]:
    return [] if reply.is_success else [Fault(reply.status, message=reply.body.decode(), request_id=reply.request_id)]


class Site:
    """A hub's side of one connection; several processes share its secrets and budget."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.server = StrictServer(self.clock)
        self.secrets = MemorySecrets({})
        self.budgets = WindowBudgets(self.clock)
        self.logged: list[Call] = []
        self.transport: httpx.BaseTransport = self.server

    def context(self) -> ConnectorContext:
        """What another process opens a connector with."""
        return ConnectorContext(
            connection=Connection(tenant="t", id="c", vendor="v", base_url=API, created_at=START),
            secrets=self.secrets,
            budgets=self.budgets,
            now=self.clock.now,
            base_url=API,
            transport=self.transport,
            log=self.logged.append,
            check_address=partial(check_address, resolve=lambda _host: ["185.60.216.35"]),
        )

    def gateway(self, auth: Signing) -> Gateway:
        return self.context().gateway(Dialect(ErrorTable("Vendor"), refused), auth=auth, secrets=auth.secrets)

    def statuses(self) -> list[int | None]:
        return [each.status for each in self.logged]

    def assert_nothing_seen(self, caplog: pytest.LogCaptureFixture, *errors: BaseException) -> None:
        """No secret stands in what is logged, told, raised or stored elsewhere."""
        seen = [caplog.text, repr(self.logged)]
        for error in errors:
            seen += _words(error)
        every = {*self.secrets.held.values(), *self.server.alive, *self.server.refreshes, *self.server.used_up}
        secret = {value for value in every if value.startswith(("access-", "refresh-", "client+", "code-", "key-"))}
        assert secret
        written = {form for each in secret for form in (each, quote(each, safe=""), quote_plus(each))}
        assert [(each, text) for each in written for text in seen if each in text] == []


def _words(error: BaseException | None) -> list[str]:
    words: list[str] = []
    while error is not None:
        words += [str(error), repr(error)]
        if isinstance(error, SamspillError):
            words += [
                repr(error.reason),
                error.vendor_message or "",
                *(reason_text(error.reason, each) for each in LANGUAGES),
            ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return words


@pytest.fixture
def site(caplog: pytest.LogCaptureFixture) -> Site:
    caplog.set_level(logging.DEBUG)
    return Site()
