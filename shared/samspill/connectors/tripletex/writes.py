"""Writing: as few calls as the vendor's list endpoints allow, one answer per write.

Whether a list endpoint does all or nothing is not documented. So when one refuses a batch of creates, what it may have
created all the same is looked for before the records are sent one by one; updates carry their version and need no look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from samspill.connectors.decode import Decoded
from samspill.connectors.gateway import chunks
from samspill.connectors.tripletex.addresses import FIELD, Addresses
from samspill.connectors.tripletex.client import Client, kind_of
from samspill.connectors.tripletex.job import Job, Outcomes, bodies_of
from samspill.connectors.tripletex.kinds import Kind, Verb
from samspill.connectors.tripletex.leftovers import began, leftovers
from samspill.connectors.tripletex.reads import Reader
from samspill.engine.model import Observation
from samspill.errors import (
    MappingError,
    SamspillError,
    UnknownOutcomeError,
)
from samspill.ports import VendorWrite, Written

MAX_BATCH = 100
"""Documented for orders and invoices only; used for all."""
_REFUSALS = frozenset({400, 404, 409, 422})


class Writer:
    """Writes on one connection."""

    def __init__(self, client: Client, reader: Reader, settings: Mapping[str, str]) -> None:
        """Fill what a create leaves open from the connection's `settings`."""
        self._client = client
        self._reader = reader
        self._settings = settings
        self._addresses = Addresses(client)

    def write(self, name: str, writes: Sequence[VendorWrite]) -> list[Written]:
        """Carry out the writes.

        Raises:
            SamspillError: nothing was written and nothing will be, because of the key, the limit or the way there.
        """
        kind = kind_of(name)
        done = Outcomes()
        jobs = bodies_of(kind, self._client.mapped(kind), self._settings, writes, done)
        for verb in ("POST", "PUT"):
            for batch in chunks((job for job in jobs if job.verb == verb), MAX_BATCH):
                with done.guard(batch):
                    self._batch(kind, verb, batch, done)
        self._tell_addresses(kind, jobs, done)
        return done.in_order(writes)

    def _batch(self, kind: Kind, verb: Verb, batch: list[Job], done: Outcomes) -> None:
        self._complete(kind, batch, done)
        batch = done.open(batch)
        if len(batch) > 1 and verb in kind.batch:
            batch = self._many(kind, verb, batch, done)
        for job in batch:
            with done.guard([job]):
                self._single(kind, job, done)

    def _complete(self, kind: Kind, batch: list[Job], done: Outcomes) -> None:
        try:
            self._addresses.complete(kind, [job.body for job in batch])
        except MappingError:
            # One of them has an address that cannot be taken: find out which.
            for job in batch:
                with done.guard([job]):
                    self._addresses.complete(kind, [job.body])

    def _many(self, kind: Kind, verb: Verb, batch: list[Job], done: Outcomes) -> list[Job]:
        """Send a batch in one call; return what is to be sent one by one because the vendor refused the whole."""
        sent_at = self._client.now()
        reply = self._client.call(
            verb,
            kind.path + "/list",
            body=[job.body for job in batch],
            repeatable=all(job.repeatable for job in batch),
            accept=_REFUSALS,
        )
        if reply.status in _REFUSALS:
            if verb == "POST":
                for job, record_id in leftovers(self._client, kind, batch, began(self._client, reply, sent_at)):
                    done.take(job, self._reader.read(kind.name, [record_id])[0])
            return done.open(batch)
        decoded = kind.decoder.page(reply.body)
        told = self._client.observe(kind, decoded, int(sent_at.timestamp()))
        for job, record in zip(batch, _paired(batch, decoded, told), strict=True):
            done.take(job, record or UnknownOutcomeError("the answer does not tell which record it was"))
        return []

    def _single(self, kind: Kind, job: Job, done: Outcomes) -> None:
        seen_at = self._client.seen_at()
        record_id = job.write.external_id
        reply = self._client.call(
            job.verb,
            kind.path if record_id is None else kind.path + "/{id}",
            ids={} if record_id is None else {"id": record_id},
            body=job.body,
            repeatable=job.repeatable,
            names=self._client.names(kind),
        )
        done.take(job, self._client.observe(kind, kind.decoder.one(reply.body, "value"), seen_at)[0])

    def _tell_addresses(self, kind: Kind, jobs: Sequence[Job], done: Outcomes) -> None:
        """Read addresses that were written: the answer to a write names them by id only."""
        records = [done.record(job) for job in jobs if FIELD in job.body]
        ids = [each.external_id for each in records if each is not None]
        if not ids:
            return
        try:
            told = {each.external_id: each for each in self._reader.read(kind.name, ids)}
        except SamspillError:
            # The writes are done and stay told as done; the address is then not part of what was told.
            return
        done.amend(told)


def _paired(batch: Sequence[Job], decoded: Decoded, told: Sequence[Observation]) -> list[Observation | None]:
    """Return the record of each job: by id for changes; for creates by place, if the name there is the one sent."""
    if batch[0].verb == "PUT":
        by_id = {each.external_id: each for each in told}
        return [by_id.get(job.write.external_id or "") for job in batch]
    if len(told) != len(batch) or decoded.bad:
        return [None] * len(batch)
    return [each if _is_named(each, job) else None for job, each in zip(batch, told, strict=True)]


def _is_named(record: Observation, job: Job) -> bool:
    sent = job.write.fields
    return all(record.fields.get(name) == sent[name] for name in ("name", "first_name", "last_name") if name in sent)
