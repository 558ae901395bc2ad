"""Wrong engines that lose sight of their messages: pages, lines, turns (26 to 28)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from samspill.pipeline.fetch import read_line, waiting_line
from samspill.ports import Waiting
from samspill.state import StreamKey
from samspill.store.memory import MemoryLine
from samspill.work import chain, handling


def everybody_goes_on(patch: pytest.MonkeyPatch) -> None:
    """26: whoever has read a page asks for the next one."""
    patch.setattr(chain, "is_others", lambda _run, _message: False)


def told_again_and_removed(patch: pytest.MonkeyPatch) -> None:
    """27: a record waits no more once it was read, also if it was told again while it was being read."""

    def remove(self: MemoryLine, stream: StreamKey, waiting: Sequence[Waiting]) -> None:
        for each in waiting:
            self._waiting[stream].pop(each.record, None)

    patch.setattr(MemoryLine, "remove", remove)


def told_again_and_dropped(patch: pytest.MonkeyPatch) -> None:
    """27b: what is told of a record that was read a moment ago is taken for known."""
    wait = waiting_line.wait

    def only_while_there_is_a_line(world: Any, message: Any, hints: Any, **more: Any) -> None:
        if not message.is_hint or more or world.line.reader(message.stream_key) is not None:
            wait(world, message, hints, **more)

    patch.setattr(waiting_line, "wait", only_while_there_is_a_line)


def appointed_is_enough(patch: pytest.MonkeyPatch) -> None:
    """27c: a reader counts as on its way as soon as it was appointed."""
    reader = MemoryLine.reader

    def queued(self: MemoryLine, stream: StreamKey) -> Any:
        found = reader(self, stream)
        return found and found._replace(queued=True)

    patch.setattr(MemoryLine, "reader", queued)


def ends_before_it_is_read(patch: pytest.MonkeyPatch) -> None:
    """27d: who reads the line first takes everybody out of it."""
    read = read_line._read

    def at_once(world: Any, opened: Any, asked: Any, those: Sequence[Waiting]) -> Any:
        world.line.remove(StreamKey(asked.tenant, asked.flow, asked.stream), those)
        return read(world, opened, asked, those)

    patch.setattr(read_line, "_read", at_once)


def waits_are_not_counted(patch: pytest.MonkeyPatch) -> None:
    """28: a message waits for a vendor's limit as often as it takes."""
    patch.setattr(handling, "has_no_end", lambda _message: "")
