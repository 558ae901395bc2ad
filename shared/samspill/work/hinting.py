"""Which flows a vendor's word concerns. Imports no models: `receive` has to start fast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from samspill.engine.model import Side
from samspill.flows.catalogue import declared
from samspill.hints import HintedRecord, Hints
from samspill.ports import Hook

_ACTIVE = "active"
"""`FlowStatus.ACTIVE`, without the library that its module takes."""


class Flow(Protocol):
    """What is told of a change. `state.FlowState` is one."""

    @property
    def tenant(self) -> str:
        """Whose it is."""

    @property
    def flow(self) -> str:
        """Its id."""

    @property
    def declaration(self) -> str:
        """Name of its declaration."""

    @property
    def status(self) -> str:
        """One of `FlowStatus`."""

    def connection(self, side: Side) -> str:
        """Return the id of the connection on `side`."""


def hints_of(connection_id: str, flows: Sequence[Flow], hooks: Sequence[Hook]) -> list[Hints]:
    """Return one message per flow and stream that the records concern."""
    out: list[Hints] = []
    for state in flows:
        if state.status != _ACTIVE:
            continue
        for side in Side:
            if state.connection(side) != connection_id:
                continue
            for stream in declared(state.declaration).streams:
                about = [hook for hook in hooks if hook.kind == stream.kind_on(side) and side in stream.watch]
                records = [HintedRecord(side.value, hook.external_id, hook.deleted, hook.version) for hook in about]
                if records:
                    out.append(Hints(state.tenant, state.flow, stream.name, records))
    return out
