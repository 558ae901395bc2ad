"""Writing: one call per hundred, each item on its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched
from typing import Any

from samspill.connectors.contract.bodies import body_of
from samspill.connectors.contract.client import Client
from samspill.connectors.contract.errors import problem_faults
from samspill.connectors.contract.kinds import Kind
from samspill.connectors.http.reply import Reply
from samspill.connectors.outcomes import Outcomes, sendable
from samspill.connectors.preconditions import if_match
from samspill.engine.model import Observation
from samspill.errors import ContractError, SamspillError, UnknownOutcomeError
from samspill.ports import VendorWrite, Written
from samspill.reasons import Reason

MAX_BATCH = 100
type Bodies = dict[str, dict[str, Any]]


class Writer:
    """Writes on one connection."""

    def __init__(self, client: Client) -> None:
        """Write through `client`."""
        self._client = client

    def write(self, kind: Kind, writes: Sequence[VendorWrite]) -> list[Written]:
        """Carry out the writes.

        Raises:
            SamspillError: nothing was written, because of the key, the limit or the way there.
        """
        done = Outcomes(self._client.profile.system)
        bodies: Bodies = {}
        for write in writes:
            with done.alone(write, sent=False):
                bodies[write.key] = sendable(body_of(kind, write), kind.mapped.names)
        for batch in batched(done.open(writes), MAX_BATCH, strict=False):
            sending = done.open(batch)
            with done.together(sending):
                if len(sending) > 1:
                    self._many(kind, sending, bodies, done)
                elif sending:
                    self._single(kind, sending[0], bodies, done)
        return done.in_order(writes)

    def _many(self, kind: Kind, batch: Sequence[VendorWrite], bodies: Bodies, done: Outcomes) -> None:
        reply = self._client.gateway.call(
            "POST",
            kind.path + "/batch",
            body={"items": [_item(write, bodies[write.key]) for write in batch]},
            idempotent=all(write.external_id is not None and write.version is not None for write in batch),
        )
        try:
            results = list(reply.json()["results"])
        except (ContractError, TypeError, KeyError):
            results = []
        if len(results) != len(batch):
            raise self._unreadable(reply)
        seen_at = self._client.seen_at()
        for write, result in zip(batch, results, strict=True):
            done.take(write, self._result(kind, result, reply, seen_at))

    def _result(self, kind: Kind, result: Any, reply: Reply, seen_at: int) -> Observation | SamspillError:
        if not isinstance(result, dict) or not isinstance(result.get("status"), int):
            return self._unreadable(reply)
        if "record" in result:
            return self._made(kind, result["record"], reply, seen_at)
        problem = result.get("problem")
        faults = problem_faults(result["status"], problem if isinstance(problem, dict) else {}, reply.request_id)
        return self._client.gateway.error(faults, kind.mapped.names)

    def _made(self, kind: Kind, record: Any, reply: Reply, seen_at: int) -> Observation | SamspillError:
        """Return the record that a write made or changed; what of it cannot be read is its own problem."""
        try:
            [seen] = self._client.observed(kind, kind.decoder.rows([record]), seen_at)
        except ContractError:
            return self._unreadable(reply)
        return seen if seen.external_id else self._unreadable(reply)

    def _single(self, kind: Kind, write: VendorWrite, bodies: Bodies, done: Outcomes) -> None:
        is_new = write.external_id is None
        reply = self._client.gateway.call(
            "POST" if is_new else "PATCH",
            kind.path if is_new else kind.path + "/{id}",
            ids={} if write.external_id is None else {"id": write.external_id},
            body=bodies[write.key],
            headers={} if is_new else if_match(write.version),
            idempotent=not is_new and write.version is not None,
            names=kind.mapped.names,
        )
        try:
            record = reply.json()
        except ContractError:
            raise self._unreadable(reply) from None
        made = self._made(kind, record, reply, self._client.seen_at())
        if isinstance(made, SamspillError):
            raise made
        done.take(write, made)

    def _unreadable(self, reply: Reply) -> UnknownOutcomeError:
        about = f"request {reply.request_id}"
        reason = Reason("outcome_unknown", {"system": self._client.profile.system}, about)
        words = "the answer does not tell what was written"
        return UnknownOutcomeError(words, reason=reason, request_id=reply.request_id)


def _item(write: VendorWrite, body: dict[str, Any]) -> dict[str, Any]:
    if write.external_id is None:
        return {"create": body}
    version = {} if write.version is None else {"version": write.version.order}
    return {"update": {"id": write.external_id, **version, "changes": body}}
