"""A list that the guard stopped, as a person sees it: what exactly would be done to which records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

import orjson

from samspill.engine.guard import ARCHIVE, CREATE, FIELD
from samspill.engine.model import Write
from samspill.reasons import Reason
from samspill.state import FlowKey, Stop


@dataclass(frozen=True, slots=True)
class HeldList:
    """One list: what exactly would be done to which records. The hash names exactly this."""

    name: str
    stop: Stop
    entries: Mapping[str, str]
    """Link id → what would be written, as `content_of` tells it."""
    told: tuple[str, ...]
    """Those that wait with a reason of their own; the others were only absent from a whole read."""
    examples: tuple[str, ...]
    total: int

    @property
    def count(self) -> int:
        """How many records it holds."""
        return len(self.entries)

    @property
    def hash(self) -> str:
        """Names the list."""
        return digest_of([self.name, sorted(self.entries.items())])

    def reason(self, flow: str) -> Reason:
        """Say what the list is, and how to let it through or refuse it."""
        params = {"count": str(self.count), "total": str(self.total), "flow": flow, "hash": self.hash}
        if self.stop.kind == ARCHIVE:
            return Reason("too_many_deletes", params)
        if self.stop.kind == CREATE:
            return Reason("too_many_creates", params)
        return Reason("too_many_changes", {**params, "field": self.stop.kind.removeprefix(FIELD)})


def words(name: str) -> str:
    """Return what people call `stream/side/kind`."""
    stream, _, kind = name.split("/", 2)
    return f"{stream}.{kind.removeprefix(FIELD)}" if kind.startswith(FIELD) else f"{stream} ({kind})"


def field_of(name: str) -> str:
    """Return the field that `stream/side/kind` is about, if it is about one."""
    kind = name.split("/", 2)[2]
    return kind.removeprefix(FIELD) if kind.startswith(FIELD) else ""


def content_of(write: Write, name: str) -> str:
    """Tell apart what the list `name` would write. What is created or archived is named by its record alone."""
    field = field_of(name)
    return digest_of([write.fields.get(field)]) if field else ""


def blob_of(key: FlowKey, name: str, digest: str) -> str:
    """Return where what belongs to a list is kept: its absent records, or what a person said of it."""
    return f"held/{key.tenant}/{key.flow}/{name}/{digest}"


def digest_of(what: object) -> str:
    """Name what is told by what it holds."""
    body = orjson.dumps(what, default=str, option=orjson.OPT_SORT_KEYS)
    return blake2b(body, digest_size=6).hexdigest()
