"""Writing: as few calls as the vendor's list endpoints allow, one answer per write.

Whether a list endpoint does all or nothing is not documented. So when one refuses a batch of creates, what it may have
created all the same is looked for before the records are sent again; updates carry their version and need no look.

Where archiving is deleting, that is done last and one by one: there is no list for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import batched
from typing import Any

from samspill.canon.compare import form_of, same
from samspill.canon.values import Fields, Value
from samspill.connectors.decode import Decoded
from samspill.connectors.faults import ErrorTable, Fault, canonical
from samspill.connectors.http.reply import Reply
from samspill.connectors.outcomes import Outcomes, sendable
from samspill.connectors.tripletex.addresses import FIELD, Addresses
from samspill.connectors.tripletex.bodies import body_of, is_idempotent, verb_of
from samspill.connectors.tripletex.client import Client, kind_of
from samspill.connectors.tripletex.errors import CONFLICT, REVISION, TABLE
from samspill.connectors.tripletex.hours.refusals import table
from samspill.connectors.tripletex.kinds import Kind, Verb
from samspill.connectors.tripletex.leftovers import began, leftovers
from samspill.connectors.tripletex.reads import Reader
from samspill.engine.model import Observation
from samspill.errors import ContractError, RejectedError, SamspillError, UnknownOutcomeError
from samspill.ports import VendorWrite, Written
from samspill.reasons import Reason

MAX_BATCH = 100
"""Documented for orders and invoices only; used for all."""
MOST_CHOICES = 10
CHOICES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "default_department": ("departments", {"isInactive": "false"}),
    "default_project_manager": ("employees", {"assignableProjectManagers": "true"}),
}
"""Setting of the connection → the kind, and the query, that it is chosen from."""
_REFUSALS = frozenset({400, 404, CONFLICT, 422})
_ORDER: tuple[Verb, ...] = ("POST", "PUT", "DELETE")

type Bodies = dict[str, dict[str, Any]]
"""Key of a write → its body."""


class Writer:
    """Writes on one connection."""

    def __init__(self, client: Client, reader: Reader, settings: Mapping[str, str]) -> None:
        """Fill what a create leaves open from the connection's `settings`."""
        self._client = client
        self._reader = reader
        self._settings = settings
        self._addresses = Addresses(client)
        self._tables: dict[str, ErrorTable] = {}
        self._chosen_from: dict[str, str] = {}

    def write(self, name: str, writes: Sequence[VendorWrite]) -> list[Written]:
        """Carry out the writes.

        Raises:
            SamspillError: nothing was written, because of the key, the limit or the way there.
        """
        kind = kind_of(name)
        done = Outcomes(TABLE.system)
        if kind.name not in self._tables:  # before anything is sent, because the settings may not be readable
            hours = table(kind.refusals, self._settings)
            self._tables[kind.name] = replace(hours, rows=(*kind.fillable, *hours.rows)) if kind.fillable else hours
        bodies = self._bodies(kind, writes, done)
        for verb in _ORDER:
            alike = [write for write in done.open(writes) if verb_of(kind, write) == verb]
            for batch in batched(alike, MAX_BATCH, strict=False):
                with done.together(batch):
                    self._addresses.ids(kind, [bodies[write.key] for write in done.open(batch)])
                    self._batch(kind, done.open(batch), bodies, done)
        self._tell_addresses(kind, [write for write in writes if FIELD in bodies.get(write.key, {})], done)
        return done.in_order(writes)

    def _bodies(self, kind: Kind, writes: Sequence[VendorWrite], done: Outcomes) -> Bodies:
        bodies: Bodies = {}
        mapped = self._client.mapped(kind)
        for write in writes:
            with done.alone(write, sent=False), self._told_choices(kind):
                bodies[write.key] = sendable(body_of(kind, mapped, self._settings, write), mapped.names)
        for write in done.open(writes):
            with done.alone(write, sent=False):
                self._addresses.country(bodies[write.key])
        return bodies

    def _batch(self, kind: Kind, batch: list[VendorWrite], bodies: Bodies, done: Outcomes) -> None:
        """Send a batch; one that is refused is halved until what is wrong stands alone or is known."""
        if len(batch) > 1 and verb_of(kind, batch[0]) in kind.batch:
            refused: list[VendorWrite] = []
            with done.together(batch):
                refused = self._many(kind, batch, bodies, done)
            middle = len(refused) if len(refused) < len(batch) else (len(refused) + 1) // 2
            for part in (refused[:middle], refused[middle:]):
                self._batch(kind, part, bodies, done)
            return
        for write in batch:
            with done.alone(write):
                self._single(kind, write, bodies[write.key], done)

    def _many(self, kind: Kind, batch: list[VendorWrite], bodies: Bodies, done: Outcomes) -> list[VendorWrite]:
        """Send a batch in one call; return what is still to be sent because the vendor refused the whole."""
        verb = verb_of(kind, batch[0])
        sent_at = self._client.now()
        reply = self._client.call(
            verb,
            kind.path + "/list",
            body=[bodies[write.key] for write in batch],
            idempotent=all(is_idempotent(write) for write in batch),
            accept=_REFUSALS,
        )
        if reply.status in _REFUSALS:
            if verb == "PUT":
                if reply.status == CONFLICT:
                    self._tell_stale(kind, batch, done)
            elif not kind.cell:  # of a cell there can be no second record: it is refused
                since = began(self._client, reply, sent_at)
                sent = [(write, bodies[write.key]) for write in batch]
                for write, record_id in leftovers(self._client, kind, sent, since):
                    done.take(write, self._reader.read(kind.name, [record_id])[0])
            return done.open(batch)
        decoded = _told(kind, reply, one=False)
        seen = self._client.observe(kind, decoded, self._client.seen_at())
        for write, record in zip(batch, _paired(kind, batch, decoded, seen), strict=True):
            done.take(write, record or _unreadable(reply))
        return []

    def _tell_stale(self, kind: Kind, batch: Sequence[VendorWrite], done: Outcomes) -> None:
        """Find out with one read which of a batch were made on an old version, instead of by trying each."""
        versions: dict[str, int] = {}
        for query in kind.lists:
            ids = [each for write in batch if (each := write.external_id or "") not in versions]
            if ids:
                rows = self._client.values(kind.path, "id,version", **{**query, "id": ",".join(ids)})
                versions |= {str(row.get("id")): row["version"] for row in rows if row.get("version") is not None}
        for write in batch:
            present = versions.get(write.external_id or "")
            if write.version is not None and present is not None and present != write.version.order:
                done.take(write, TABLE.error([Fault(CONFLICT, REVISION)]))

    def _single(self, kind: Kind, write: VendorWrite, body: dict[str, Any], done: Outcomes) -> None:
        verb = verb_of(kind, write)
        gone = verb == "DELETE"
        with self._told_choices(kind):
            reply = self._client.call(
                verb,
                kind.path if write.external_id is None else kind.path + "/{id}",
                ids={} if write.external_id is None else {"id": write.external_id},
                query={"version": str(write.version.order)} if gone and write.version is not None else None,
                body=None if gone else body,
                idempotent=is_idempotent(write),
                names=self._client.names(kind),
                errors=self._tables[kind.name],
            )
        seen_at = self._client.seen_at()
        if gone:
            done.take(write, Observation(write.external_id or "", {}, seen_at=seen_at, deleted=True))
        else:
            done.take(write, self._client.observe(kind, _told(kind, reply, one=True), seen_at)[0])

    @contextmanager
    def _told_choices(self, kind: Kind) -> Iterator[None]:
        """Add to a refusal for want of a default what could be chosen: ids are nowhere to be seen in the screens."""
        try:
            yield
        except RejectedError as error:
            names = self._client.names(kind)
            settings = {canonical(wire, names): setting for wire, setting in kind.settings.items()}
            setting = settings.get(error.field or "", "")
            if error.reason.code == "default_required" and setting in CHOICES:
                error.reason = error.reason.told_with(choices=self._choices(setting))
            raise

    def _choices(self, setting: str) -> str:
        if setting not in self._chosen_from:
            try:
                found = [f"{each.external_id} = {each.label}" for each in self._reader.among(*CHOICES[setting])]
            except SamspillError:
                found = []  # not to be read: the refusal is told all the same
            self._chosen_from[setting] = ", ".join(found[:MOST_CHOICES]) or "?"
        return self._chosen_from[setting]

    def _tell_addresses(self, kind: Kind, writes: Sequence[VendorWrite], done: Outcomes) -> None:
        """Read addresses that were written: the answer to a write names them by id only."""
        records = [done.record(write) for write in writes]
        ids = [each.external_id for each in records if each is not None]
        if ids:
            try:
                done.amend({each.external_id: each for each in self._reader.read(kind.name, ids)})
            except SamspillError:
                # The writes are done and are told as done; the address is then among what was not told.
                return


def _told(kind: Kind, reply: Reply, *, one: bool) -> Decoded:
    try:
        return kind.decoder.one(reply.body, "value") if one else kind.decoder.page(reply.body)
    except ContractError:
        # It was done; what came of it is not known.
        raise _unreadable(reply) from None


def _unreadable(reply: Reply) -> UnknownOutcomeError:
    words = f"request {reply.request_id}" if reply.request_id else None
    reason = Reason("outcome_unknown", {"system": TABLE.system}, words)
    return UnknownOutcomeError("the answer does not tell what was written", reason=reason, request_id=reply.request_id)


def _paired(
    kind: Kind, batch: Sequence[VendorWrite], decoded: Decoded, told: Sequence[Observation]
) -> list[Observation | None]:
    """Return the record of each write.

    Changes by id, creates by cell where records have one, else by place, if the number or the name there is what was
    sent.
    """
    if verb_of(kind, batch[0]) == "PUT":
        by_id = {each.external_id: each for each in told}
        return [by_id.get(write.external_id or "") for write in batch]
    if kind.cell:
        by_cell = {_cell(kind, each.fields): each for each in told}
        return [by_cell.get(_cell(kind, write.fields)) for write in batch]
    if len(told) != len(batch) or decoded.bad:
        return [None] * len(batch)
    return [each if _is_named(each, write) else None for write, each in zip(batch, told, strict=True)]


def _cell(kind: Kind, fields: Fields) -> tuple[Value, ...]:
    return tuple(fields.get(name) for name in kind.cell)


def _is_named(record: Observation, write: VendorWrite) -> bool:
    told, sent = record.fields, write.fields
    if sent.get("number") and same(told.get("number"), sent["number"], form_of("number")):
        return True
    names = [name for name in ("name", "first_name", "last_name") if name in sent]
    return all(same(told.get(name), sent[name], form_of(name)) for name in names)
