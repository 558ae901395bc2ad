"""What travels between the steps. Frozen, versioned by `schema`, additive within a major version.

Messages carry keys and what was read; nothing in them is applied without a look at the present link. `SCHEMAS` names
every message a step accepts; examples are in `events/`, JSON Schemas in `docs/schemas/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from samspill.canon.value_schema import BRANCH
from samspill.canon.values import Value
from samspill.engine.model import Link, Observation, Side, Write
from samspill.engine.revision import Revision
from samspill.errors import ContractError
from samspill.reasons import Reason
from samspill.state import AnyText, FlowKey, JournalEntry, Kept, Purpose, StreamKey, Trigger

BATCH = 100
"""Most records in one message."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True, defer_build=True)
    # What a newer version says besides is passed on where a message is sent again.

    step: ClassVar[str]
    tenant: str
    flow: str
    run: str = ""
    trigger: Annotated[Trigger, AnyText()] = "schedule"
    """Why it was sent. `internal` is an approved first sync, which the guard lets pass."""
    waits: int = 0
    """How many times it has waited for a vendor's limit since it last got anything done."""
    correlation_id: str = ""
    """Names what began all this: the request that brought a webhook, or the first message. Log lines carry it."""
    turn: int = 0
    """Epoch seconds of its turn at a vendor's limit: a queue holds a message back for a quarter of an hour at most."""

    @property
    def flow_key(self) -> FlowKey:
        """The flow it belongs to."""
        return FlowKey(self.tenant, self.flow)


class _StreamMessage(_Message):
    stream: str
    late_of: str = ""
    """The run that counted these records before: what becomes of them now is told there apart, and nobody waits."""

    @property
    def stream_key(self) -> StreamKey:
        """The stream it belongs to."""
        return StreamKey(self.tenant, self.flow, self.stream)


class StartRun(_Message):
    """Start a run of a flow. The schedules send it."""

    step = "fetch"
    schema_: Literal["samspill.start-run/1"] = Field("samspill.start-run/1", alias="schema")
    purpose: Purpose = "sync"
    full: bool | None = None
    """Read everything; None lets the step decide by the time of the last full read."""
    by: str = ""


class FetchPage(_StreamMessage):
    """Read one page of one side."""

    step = "fetch"
    schema_: Literal["samspill.fetch-page/1"] = Field("samspill.fetch-page/1", alias="schema")
    side: Side
    token: str | None = None
    since: str | None = None
    page: int = 0
    whole: bool = True
    """True while every page so far was complete, so that the snapshot can prove absence."""
    chain: str = ""
    """Names this very message, so that of several for one page one goes on. See `work.chain`."""


class SweepLinks(_StreamMessage):
    """A side was read whole: find the pairs whose record it did not hold. A large stream is swept slice by slice."""

    step = "fetch"
    schema_: Literal["samspill.sweep-links/1"] = Field("samspill.sweep-links/1", alias="schema")
    side: Side
    number: int = 0
    """Counts the messages of the sweep."""
    chain: str = ""
    """Names this very message, so that of several for one slice one goes on. See `work.chain`."""
    stage: Literal["gather", "compare", "settle"] = "gather"
    """The ids that were read are gathered, then the links are compared with them, then what is lacking is acted on."""
    after: str = ""
    """The link that was compared last."""
    linked: int = 0
    lacking: int = 0


class TaskMessage(_StreamMessage):
    """What a stream's mode asks for, and does itself: a kind of its own in the mode's room. See `Mode.tasks`."""

    step = "fetch"
    schema_: str = Field(alias="schema", pattern=r"^samspill\.[a-z-]+/\d+$")


class CheckMapping(_Message):
    """Compare the flow's mapping and lookups with what both accounts have by now."""

    step = "fetch"
    schema_: Literal["samspill.check-mapping/1"] = Field("samspill.check-mapping/1", alias="schema")


class RenewHooks(_Message):
    """Look at the webhook subscriptions of one side."""

    step = "fetch"
    schema_: Literal["samspill.renew-hooks/1"] = Field("samspill.renew-hooks/1", alias="schema")
    side: Side


class RecordHint(Kept):
    """One record to look at, by its id on one side or both."""

    left: str | None = None
    right: str | None = None
    deleted: bool = False
    """Somebody said that it is gone; the read decides."""
    rule: str = ""
    """Set when the two are known to be the same: link them, naming the rule."""
    ticket: str = ""
    """See `Subject.ticket`."""
    refused: str = ""
    """See `Subject.refused`."""
    version: Revision | None = None
    """What its system told that it has by now: when that is known, it is not read. See `ports.Hook.version`."""

    @classmethod
    def of(cls, link: Link, *, ticket: str = "", refused: str = "") -> RecordHint:
        """Return the hint that has a pair read on every side where it is."""
        ids = link.ids
        return cls(left=ids.get(Side.LEFT), right=ids.get(Side.RIGHT), ticket=ticket, refused=refused)

    def id_on(self, side: Side) -> str | None:
        """Its external id on `side`, when known."""
        return self.left if side is Side.LEFT else self.right


class FetchRecords(_StreamMessage):
    """Read these records: a webhook named them, a step wants them read again, or a person does."""

    step = "fetch"
    schema_: Literal["samspill.fetch-records/1"] = Field("samspill.fetch-records/1", alias="schema")
    records: tuple[RecordHint, ...]
    attempt: int = 0
    force: bool = False
    """Look even where the content equals the shadow: decisions, replays, interrupted writes."""

    @property
    def is_hint(self) -> bool:
        """True when nobody but a vendor asked: what was read a moment ago may be read together with others later."""
        return self.trigger == "webhook" and not (self.run or self.late_of or self.attempt or self.force)


class FetchLine(_StreamMessage):
    """Read those records together that wait in line since they were told."""

    step = "fetch"
    schema_: Literal["samspill.fetch-line/1"] = Field("samspill.fetch-line/1", alias="schema")
    reader: str
    """Its name: of several, the one appointed reads. See `ports.Line`."""


class Subject(Kept):
    """What was read of one pair: one side, or both."""

    left: Observation | None = None
    right: Observation | None = None
    rule: str = ""
    """Set when the two were matched: link them, naming the rule."""
    ticket: str = ""
    """Names the read that began this, so that its run counts its end once, even where two reads were of one pair."""
    refused: str = ""
    """Names the write that a system refused a moment ago, so that it is the other side's turn. See `plan.refusal`."""

    def on(self, side: Side) -> Observation | None:
        """What was read on `side`."""
        return self.left if side is Side.LEFT else self.right


class MapRecords(_StreamMessage):
    """Compare what was read with what is known, and decide."""

    step = "map"
    schema_: Literal["samspill.map-records/1"] = Field("samspill.map-records/1", alias="schema")
    subjects: tuple[Subject, ...]
    attempt: int = 0
    force: bool = False


class MakePlan(_Message):
    """Both sides have been read whole: match them, and plan. A large plan is made slice by slice, each a message."""

    step = "map"
    schema_: Literal["samspill.make-plan/1"] = Field("samspill.make-plan/1", alias="schema")
    making: str = ""
    """Names this making of the plan; empty where it begins."""
    number: int = 0
    """Counts the messages of the making."""
    chain: str = ""
    """Names this very message, so that of several for one slice one goes on. See `work.chain`."""
    stream: str = ""
    stage: str = ""
    bucket: int = 0


class ApplyPlan(_StreamMessage):
    """Send a part of an approved plan to be carried out, then the next part."""

    step = "map"
    schema_: Literal["samspill.apply-plan/1"] = Field("samspill.apply-plan/1", alias="schema")
    stage: int
    """The stage of the run that it belongs to."""
    part: int
    chain: str = ""
    """Names this very message, so that of several for one part one goes on. See `work.chain`."""


class PlannedWrite(Kept):
    """One write, with the link as it will be once the write is done."""

    link: Link
    """On the revision it was read at; the written side's shadow is filled from the vendor's answer."""
    write: Write
    reason: Reason
    overwritten: dict[str, Value] = Field(default_factory=dict)
    replaced: dict[str, Value] = Field(default_factory=dict)
    """All values that the write replaces. See `engine.model.Effect`."""
    takes_back: bool = False
    """A person decided to take something back, and this does."""
    recover: bool = False
    """A create was interrupted: look for its result first."""
    again: bool = False
    """The other side must be written too: look again once this is done."""
    attempt: str
    ticket: str = ""
    """See `Subject.ticket`."""
    refused: str = ""
    """See `Subject.refused`."""
    aside: dict[str, Value] = Field(default_factory=dict)
    """Of a create: fields of the source that are not kept in step, and yet tell what it is."""


class UpsertRecords(_StreamMessage):
    """Write these records on one side."""

    step = "upsert"
    schema_: Literal["samspill.upsert-records/1"] = Field("samspill.upsert-records/1", alias="schema")
    side: Side
    writes: tuple[PlannedWrite, ...]
    attempt: int = 0


class LogOutcomes(_Message):
    """What became of records, for the journal and the run's counters."""

    step = "log"
    schema_: Literal["samspill.log-outcomes/1"] = Field("samspill.log-outcomes/1", alias="schema")
    id: str
    entries: tuple[JournalEntry, ...] = ()
    counters: dict[str, int] = Field(default_factory=dict)
    late: bool = False
    """Of records that the run had counted before: it tells them apart."""


class _NoticeMessage(_Message):
    step = "notify"
    flow: str = ""


class WatchTenants(_NoticeMessage):
    """Look for conditions at every tenant: one page of names, then the next. The schedule sends it."""

    schema_: Literal["samspill.watch-tenants/1"] = Field("samspill.watch-tenants/1", alias="schema")
    tenant: str = ""
    after: str = ""
    """The last name of the page before."""
    part: int = 0


class WatchTenant(_NoticeMessage):
    """Look for conditions at one tenant; without a name, at the installation as a whole."""

    schema_: Literal["samspill.watch-tenant/1"] = Field("samspill.watch-tenant/1", alias="schema")


class TellNotice(_NoticeMessage):
    """Tell the recipients of a notice who are yet to be told."""

    schema_: Literal["samspill.tell-notice/1"] = Field("samspill.tell-notice/1", alias="schema")
    kind: str
    connection: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """Which notice of the tenant."""
        return self.kind, self.flow, self.connection


class TryRecipient(_NoticeMessage):
    """Tell one recipient something, to see whether it arrives."""

    schema_: Literal["samspill.try-recipient/1"] = Field("samspill.try-recipient/1", alias="schema")
    recipient: str
    name: str
    """Names this trial, however often it is sent."""


class Replay(_Message):
    """Put failed records back to the start, by key."""

    step = "replay"
    schema_: Literal["samspill.replay/1"] = Field("samspill.replay/1", alias="schema")
    stream: str | None = None
    records: tuple[str, ...] = ()
    """Link ids; empty for all that failed."""
    code: str | None = None
    """Only failures with this reason."""
    dead: bool = False
    """The flow's messages on the dead-letter queues instead of failed records."""
    limit: int | None = None
    dry_run: bool = False
    by: str = ""


type _OwnMessage = (
    StartRun
    | FetchPage
    | FetchRecords
    | FetchLine
    | SweepLinks
    | CheckMapping
    | RenewHooks
    | MapRecords
    | MakePlan
    | ApplyPlan
    | UpsertRecords
    | LogOutcomes
    | Replay
    | WatchTenants
    | WatchTenant
    | TellNotice
    | TryRecipient
)
type Message = _OwnMessage | TaskMessage
_ADAPTER: TypeAdapter[_OwnMessage] = TypeAdapter(
    Annotated[_OwnMessage, Field(discriminator="schema_")], config=ConfigDict(defer_build=True)
)
OWN: Final[tuple[type[_Message], ...]] = get_args(_OwnMessage.__value__)
"""Every kind of message but those of the modes."""


def decode(body: str | bytes, step: str = "") -> Message:
    """Return the message in a body from the queue of `step`, or from any queue.

    Raises:
        ContractError: not JSON, an unknown schema or the wrong shape; `field` is the path of the first fault. A message
            about a stream under a name that is not known here is taken for one of the stream's mode, which knows.
    """
    try:
        return _ADAPTER.validate_json(body)
    except ValidationError as error:
        is_unknown = error.errors(include_url=False, include_input=False)[0]["type"] == "union_tag_invalid"
        if is_unknown and step in {"", TaskMessage.step}:
            return _task(body, error)
        raise _refusal(error) from None


def decode_task(message: TaskMessage, kinds: Mapping[str, type[TaskMessage]]) -> TaskMessage:
    """Return a mode's message with what it holds; `kinds` are the mode's, by schema.

    Raises:
        ContractError: of no such kind, or of the wrong shape; `field` is the path of the first fault.
    """
    kind = kinds.get(message.schema_)
    if kind is None:
        told = Reason("bad_message", {"field": "schema"})
        raise ContractError(f"no task of this stream: {message.schema_}", reason=told, field="schema")
    try:
        return kind.model_validate(message.model_dump(by_alias=True))
    except ValidationError as error:
        raise _refusal(error) from None


def _task(body: str | bytes, unknown: ValidationError) -> TaskMessage:
    try:
        return TaskMessage.model_validate_json(body)
    except ValidationError:
        raise _refusal(unknown) from None


def _refusal(error: ValidationError) -> ContractError:
    place, fault = _first_fault(error)
    path = ".".join(place) or "schema"
    return ContractError(
        f"message refused at {path}: {fault}", reason=Reason("bad_message", {"field": path}), field=path
    )


def _first_fault(error: ValidationError) -> tuple[list[str], str]:
    """Return the place of the first fault and what it is. Of a value that is nothing, its innermost part tells it."""
    faults = [
        ([str(part) for part in each["loc"] if not str(part).startswith(BRANCH)], each["msg"])
        for each in error.errors(include_url=False, include_input=False)
    ]
    field = faults[0][0]
    return max((each for each in faults if each[0][: len(field)] == field), key=lambda each: len(each[0]))


def encode(message: Message) -> str:
    """Return the queue body."""
    return message.model_dump_json(by_alias=True)
