"""Filters that a person gives: what does not exist is refused with what there is, for nothing found would look fine."""

from __future__ import annotations

from samspill.errors import UsageError
from samspill.flows.flow import Flow


def check_stream(flow: Flow, stream: str | None) -> None:
    """UsageError where the flow has no such stream."""
    known = [each.name for each in flow.streams]
    if stream is not None and stream not in known:
        raise UsageError.because("no_such_stream", stream=stream, flow=flow.name, streams=", ".join(known))
