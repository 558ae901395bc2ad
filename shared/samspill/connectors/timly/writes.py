"""Writes records, each with a call: POST for new ones, PATCH for changes, DELETE for what is to go for good."""

from __future__ import annotations

from collections.abc import Sequence

from samspill.connectors.http.reply import Reply
from samspill.connectors.mapping import Patch, bad_value
from samspill.connectors.outcomes import Outcomes, sendable
from samspill.connectors.preconditions import if_match
from samspill.connectors.timly.bodies import body_of
from samspill.connectors.timly.client import Client
from samspill.connectors.timly.kinds import Kind
from samspill.connectors.timly.profile import FIELDS, SYSTEM, VALUES
from samspill.engine.model import Observation
from samspill.engine.revision import Revision
from samspill.errors import ContractError, RejectedError, UnknownOutcomeError
from samspill.ports import VendorWrite, Written
from samspill.reasons import Reason

_STATUS, _STATUS_KIND = FIELDS["items"]["status"], FIELDS["items"]["is_active"]


class Writer:
    """Writes on one connection."""

    def __init__(self, client: Client) -> None:
        """Write through `client`."""
        self._client = client

    def write(self, kind: Kind, writes: Sequence[VendorWrite]) -> list[Written]:
        """Carry out the writes; one that cannot be sent or is refused fails alone.

        Raises:
            SamspillError: nothing was written, because of the token, the limit or the way there.
        """
        done = Outcomes(SYSTEM)
        bodies: dict[str, Patch] = {}
        for each in writes:
            with done.alone(each, sent=False):
                bodies[each.key] = sendable(self._body(kind, each), kind.mapped.names)
        for each in done.open(writes):
            sending = done.open([each])
            with done.together(sending):
                for one in sending:
                    with done.alone(one):
                        done.take(one, self._send(kind, one, bodies[one.key]))
        return done.in_order(writes)

    def delete(self, kind: Kind, writes: Sequence[VendorWrite]) -> list[Written]:
        """Delete records for good; one that is gone already is no fault. Only `external_id` and `version` count."""
        done = Outcomes(SYSTEM)
        for each in writes:
            sending = done.open([each])
            with done.together(sending):
                for one in sending:
                    with done.alone(one):
                        done.take(one, self._delete(kind, one))
        return done.in_order(writes)

    def _body(self, kind: Kind, write: VendorWrite) -> Patch:
        body = body_of(kind, write, self._client.features)
        if kind.is_item and _STATUS_KIND in body:
            wanted = str(body.pop(_STATUS_KIND))
            if _STATUS not in body:
                body[_STATUS] = self._client.status(wanted)
        if kind.name == "blueprints" and (own := [key for key in body.get(VALUES, ()) if key in self._client.macs()]):
            raise bad_value(f"{VALUES}.{own[0]}", "not one of the known values")
        return body

    def _send(self, kind: Kind, write: VendorWrite, body: Patch) -> Observation:
        is_new = write.external_id is None
        guarded = kind.is_item and self._client.features.versions
        version = write.version if guarded else None
        item, _, own = (write.external_id or "").rpartition("|") if kind.is_nested else ("", "", write.external_id)
        if kind.is_nested and is_new:
            item = str(body.pop(FIELDS[kind.name]["item"]))
        try:
            reply = self._client.gateway.call(
                "POST" if is_new else "PATCH",
                kind.path if is_new else f"{kind.path}/{{id}}",
                ids={"id": own or "", "item": item},
                body=body,
                headers={} if is_new else if_match(version),
                idempotent=not is_new and version is not None,
                names=kind.mapped.names,
            )
        except RejectedError as error:
            if error.field == "status":
                self._client.forget_statuses()
            raise
        return self._made(kind, reply, item)

    def _made(self, kind: Kind, reply: Reply, item: str) -> Observation:
        """Return the record that a write made or changed; an answer that cannot be read may be of one that was done."""
        try:
            decoded = self._client.decoder(kind).rows([reply.json()])
            [seen] = self._client.observed(kind, decoded, self._client.moment(), item=item)
        except (ContractError, ValueError):
            raise _unknown(reply) from None
        if not seen.external_id:
            raise _unknown(reply)
        return seen

    def _delete(self, kind: Kind, write: VendorWrite) -> Observation:
        if not write.external_id or not kind.writable:
            raise ContractError(f"{kind.name} cannot be deleted", reason=Reason("defect"))
        item, _, own = write.external_id.rpartition("|") if kind.is_nested else ("", "", write.external_id)
        version: Revision | None = write.version if kind.is_item and self._client.features.versions else None
        self._client.gateway.call(
            "DELETE",
            f"{kind.path}/{{id}}",
            ids={"id": own, "item": item},
            headers=if_match(version),
            idempotent=True,
            accept={404},
            names=kind.mapped.names,
        )
        return Observation(write.external_id, {}, seen_at=self._client.moment(), deleted=True)


def _unknown(reply: Reply) -> UnknownOutcomeError:
    reason = Reason("outcome_unknown", {"system": SYSTEM}, f"request {reply.request_id}")
    return UnknownOutcomeError("the answer does not tell what was written", reason=reason, request_id=reply.request_id)
