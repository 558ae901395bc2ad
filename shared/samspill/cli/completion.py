"""Completes names of the hub in the shell: bounded in time and number, and silent when the hub cannot be asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread

import click

from samspill.cli.terminal import Session
from samspill.usecases.actor import Actor, Role
from samspill.usecases.names import fields, names, tenant_names

WAIT_S = 3.0
"""Whoever presses the tab key waits no longer; then nothing is proposed."""
MOST = 100
"""Names that are proposed at most."""
_LOOKS = Actor("completion", frozenset({Role.VIEWER}))
"""Nobody signs in for that: it only looks, with the person's own AWS credentials."""

type Ask = Callable[[Session, str], Sequence[str]]
"""A session and a tenant → the names."""


def flow_names(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the flows that are set up and begin so."""
    return _proposed(context, begun, lambda session, tenant: names(session.world, session.actor, tenant).flows)


def flows_to_enable(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the flows and declarations that begin so."""

    def ask(session: Session, tenant: str) -> Sequence[str]:
        found = names(session.world, session.actor, tenant)
        return sorted({*found.flows, *found.declarations})

    return _proposed(context, begun, ask)


def connection_names(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the connections that begin so."""
    return _proposed(context, begun, lambda session, tenant: names(session.world, session.actor, tenant).connections)


def field_names(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the fields of the flow that was named before which begin so."""
    flow = str(context.params.get("flow") or "")
    return _proposed(context, begun, lambda session, tenant: fields(session.world, session.actor, tenant, flow))


def known_tenants(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the tenants that begin so."""
    return _proposed(context, begun, lambda session, _tenant: tenant_names(session.world, session.actor))


def _proposed(context: click.Context, begun: str, ask: Ask) -> list[str]:
    """Ask in a thread, because neither credentials nor the network can be told to be quick."""
    found: Queue[Sequence[str]] = Queue()
    root = context.find_root()

    def work() -> None:
        with suppress(Exception):
            found.put(ask(_session(root), _chosen(root, "tenant")))

    Thread(target=work, daemon=True).start()
    try:
        return [name for name in found.get(timeout=WAIT_S) if name.startswith(begun)][:MOST]
    except Empty:
        return []


def _session(root: click.Context) -> Session:
    if isinstance(root.obj, Session):
        return Session(root.obj.world, _LOOKS)
    from samspill.bootstrap import world_from_stack

    logging.disable()  # whatever goes wrong would be written into the line that is being typed
    return Session(world_from_stack(_chosen(root, "stack"), lambda budgets: budgets), _LOOKS)


def _chosen(root: click.Context, name: str) -> str:
    """Return a global option; where it is the one that is being typed, what it is without."""
    option = next(each for each in root.command.params if each.name == name)
    return str(root.params.get(name) or option.value_from_envvar(root) or option.get_default(root))
