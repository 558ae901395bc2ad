"""One write on its way to Tripletex, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from samspill.connectors.mapping import Mapped
from samspill.connectors.tripletex.kinds import Kind, Verb
from samspill.engine.model import Observation
from samspill.errors import PermanentError, RejectedError, SamspillError
from samspill.ports import VendorWrite, Written
from samspill.reasons import Reason


@dataclass(frozen=True, slots=True)
class Job:
    """A write with its body."""

    write: VendorWrite
    body: dict[str, Any]

    @property
    def verb(self) -> Verb:
        """POST for a create, PUT for the rest."""
        return "POST" if self.write.external_id is None else "PUT"

    @property
    def repeatable(self) -> bool:
        """True when doing it twice is harmless, because it names the version it was made on."""
        return self.write.external_id is not None and self.write.version is not None


class Outcomes:
    """What became of each write."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._written: dict[str, Written] = {}

    def take(self, job: Job, result: Observation | SamspillError) -> None:
        """Note how a write ended."""
        self.tell(job.write.key, result)

    def tell(self, key: str, result: Observation | SamspillError) -> None:
        """Note how the write with this key ended."""
        if isinstance(result, Observation):
            self._written[key] = Written(key, record=result)
        else:
            self._written[key] = Written(key, error=result)

    @contextmanager
    def guard(self, jobs: Sequence[Job]) -> Iterator[None]:
        """Note an error for those of `jobs` that have no end yet; let it out when it concerns all and nothing is done.

        An error that concerns one record never stops the others. One that concerns everything (key, limit, way) does,
        but what was done before it must be told.
        """
        try:
            yield
        except SamspillError as error:
            mine = self.open(jobs)
            if not self._written and not _about_records(error):
                raise
            for job in mine:
                self.take(job, error)

    def open(self, jobs: Sequence[Job]) -> list[Job]:
        """Return those that have not ended."""
        return [job for job in jobs if job.write.key not in self._written]

    def record(self, job: Job) -> Observation | None:
        """Return the record a write made or changed, if it did."""
        written = self._written.get(job.write.key)
        return written.record if written else None

    def amend(self, told: Mapping[str, Observation]) -> None:
        """Put what was read since in the place of what a write's own answer left out."""
        for key, written in self._written.items():
            if written.record is not None and written.record.external_id in told:
                self._written[key] = replace(written, record=told[written.record.external_id])

    def in_order(self, writes: Sequence[VendorWrite]) -> list[Written]:
        """Return one answer per write."""
        return [self._written[write.key] for write in writes]


def _about_records(error: SamspillError) -> bool:
    return isinstance(error, PermanentError) or error.reason.code in {"changed_meanwhile", "outcome_unknown"}


def bodies_of(
    kind: Kind, mapped: Mapped, settings: Mapping[str, str], writes: Sequence[VendorWrite], done: Outcomes
) -> list[Job]:
    """Return the writes that can be sent; those that cannot are noted in `done` with the reason."""
    jobs: list[Job] = []
    for write in writes:
        try:
            jobs.append(Job(write, _body(kind, mapped, settings, write)))
        except PermanentError as error:
            done.tell(write.key, error)
    return jobs


def _body(kind: Kind, mapped: Mapped, settings: Mapping[str, str], write: VendorWrite) -> dict[str, Any]:
    body = mapped.write(write.fields, create=write.external_id is None)
    if write.external_id is None:
        filled = {wire: {"id": int(settings[name])} for wire, name in kind.settings.items() if settings.get(name)}
        return {**kind.defaults, **filled, **body}
    if not kind.changeable or (write.archive and not kind.archive):
        reason = Reason("not_changeable", {"system": "Tripletex", "what": mapped.what})
        raise RejectedError(f"{kind.name} cannot be changed", reason=reason)
    body |= kind.archive if write.archive else {}
    version = {} if write.version is None else {"version": write.version}
    return {"id": int(write.external_id), **version, **body}
