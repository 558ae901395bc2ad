"""The vocabulary in which an integration is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from samspill.engine.model import Side
from samspill.engine.rules import StreamRules


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of record in a flow, with its rules."""

    name: str
    kind: str
    """The canonical kind both connectors map: `customers`, `projects`, `employees` …"""
    rules: StreamRules
    watch: frozenset[Side] = frozenset(Side)
    """Sides that are read on schedule and by webhook."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One integration between two connections. Streams stand in the order their references need."""

    name: str
    vendors: Mapping[Side, str]
    title: Mapping[str, str]
    """In `nb`, `en`, `de`."""
    streams: tuple[Stream, ...]
    version: int = 1
    """Raised when the rules change meaning: every record is then looked at again."""
    first: Side | None = None
    """Whose records the first sync creates on the other side before it goes the other way; None: both at once."""
    needs_operator: bool = False
    """True when somebody at our end approves before the first sync, beside the customer."""
    default_every_min: int = 15
    setup: Mapping[str, str] = field(default_factory=dict)
    """What the person must do in the vendors' screens first, per language."""

    def stream(self, name: str) -> Stream:
        """Return the stream by name; KeyError when the flow has none such."""
        for stream in self.streams:
            if stream.name == name:
                return stream
        raise KeyError(name)

    def salt(self) -> str:
        """Return what fingerprints are salted with."""
        return f"{self.name}/{self.version}"
