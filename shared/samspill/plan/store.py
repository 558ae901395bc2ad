"""Where a plan is kept: its lines, and what its records are when it is carried out. In one piece, or slice by slice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import orjson

from samspill.messages import Subject
from samspill.plan.draft import Draft
from samspill.plan.lines import LINES, DraftPlan, PlanLine, subjects_key
from samspill.plan.records import Records
from samspill.plan.slice import Slice
from samspill.ports import World
from samspill.state import Run
from samspill.work.snapshots import folder

_BYTES = 16
_ALL = 1 << (8 * _BYTES)


def store(draft: Draft) -> str:
    """Store a plan that was made in one go, and return its hash."""
    plan = DraftPlan(run=draft.run.id, hash=_named(_sum_of(draft.lines)), lines=tuple(draft.lines))
    draft.world.blobs.put(f"{folder(draft.run)}/plan", plan.model_dump_json().encode())
    for name, subjects in draft.subjects.items():
        draft.world.blobs.put(subjects_key(draft.run, name), _dumped(subjects))
    return plan.hash


class PlanParts:
    """A large plan: its parts lie in the folder of their making, and are named once all are there."""

    def __init__(self, world: World, run: Run, making: str, streams: Sequence[str]) -> None:
        """Name the folder."""
        self._world, self._run, self._folder, self._streams = world, run, making, list(streams)

    def add(self, at: Slice, made: Records) -> None:
        """Keep what a slice planned; done again, it takes its own place."""
        place = f"{self._streams.index(at.stream):02}-{at.turn:02}-{at.bucket:05}"
        total = _sum_of(made.lines).to_bytes(_BYTES).hex()
        self._world.blobs.put(f"{self._folder}/lines/{place}", LINES.dump_json(tuple(made.lines)))
        self._world.blobs.put(f"{self._folder}/subjects/{at.stream}/{place}", _dumped(made.subjects))
        self._world.blobs.put(f"{self._folder}/sums/{place}", total.encode())

    def finish(self) -> str:
        """Store the plan as a whole, and return its hash."""
        blobs = self._world.blobs
        sums = [int(blobs.get(key) or b"0", 16) for key in blobs.keys(f"{self._folder}/sums/")]
        lines = f"{self._folder}/lines/"
        plan = DraftPlan(run=self._run.id, hash=_named(sum(sums) % _ALL), lines=(), parts=lines)
        for name in self._streams:
            parts = blobs.keys(f"{self._folder}/subjects/{name}/")
            blobs.put(subjects_key(self._run, name), orjson.dumps({"parts": parts}))
        blobs.put(f"{folder(self._run)}/plan", plan.model_dump_json().encode())
        return plan.hash


def _dumped(subjects: Sequence[Subject]) -> bytes:
    return orjson.dumps([subject.model_dump() for subject in subjects])


def _sum_of(lines: Sequence[PlanLine]) -> int:
    """Return a number that names exactly these lines, in whatever order and however parted: sums add up."""
    told = (line.model_dump_json(exclude={"label", "candidates", "rule", "foreseen"}).encode() for line in lines)
    return sum(int.from_bytes(hashlib.blake2b(line, digest_size=_BYTES).digest()) for line in told) % _ALL


def _named(total: int) -> str:
    return hashlib.blake2b(total.to_bytes(_BYTES), digest_size=6).hexdigest()
