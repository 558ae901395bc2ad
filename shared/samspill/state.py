"""What the hub remembers about connections, flows and runs. Links are the engine's."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import CoreSchema, core_schema

from samspill.canon.open_enum import OpenEnum
from samspill.engine.model import Effect, Result, Side
from samspill.errors import ConfigurationError
from samspill.flows.field_map import FieldPair
from samspill.flows.flow import RuleChange
from samspill.flows.lookups import Lookup
from samspill.reasons import Reason


class FlowKey(NamedTuple):
    """Names one flow of one tenant."""

    tenant: str
    flow: str
    """The flow's id: not the name of its declaration, of which a tenant may have several flows."""


class StreamKey(NamedTuple):
    """Names one stream of a flow of a tenant: the scope in which links are unique."""

    tenant: str
    flow: str
    stream: str

    @property
    def of_flow(self) -> FlowKey:
        """The flow it belongs to."""
        return FlowKey(self.tenant, self.flow)


READER = 1
"""What this version can read. A document with a larger `min_reader` is refused.

Documents are read tolerantly both ways: what an older one lacks has a default, what a newer one has besides is kept and
stored again, an unknown value of an enumeration is kept and allows nothing. So `min_reader` is only raised, together
with this number, for a change that an older version would read wrongly."""


def needs_newer(document: str, min_reader: object) -> ConfigurationError:
    """Return the error for a document that only a newer version can read."""
    message = f"{document} needs reader {min_reader}, this is reader {READER}"
    return ConfigurationError(message, reason=Reason("needs_newer_version", {"document": document}))


class Kept(BaseModel):
    """Base of everything that is stored: what a newer version wrote besides is kept, and stored again."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)


class Root(Kept):
    """Base of what is stored as a document of its own, which may say that it needs a newer reader."""

    @model_validator(mode="before")
    @classmethod
    def _is_readable(cls, data: Any) -> Any:
        needed = data.get("min_reader", 0) if isinstance(data, dict) else 0
        if needed > READER:
            names = [str(data[name]) for name in ("tenant", "flow", "id", "run") if data.get(name)]
            raise needs_newer(f"{cls.__name__} {'/'.join(names)}".strip(), needed)
        return data


class Document(Root):
    """Base of documents that are replaced. `revision` counts saves; saving on an old one is a conflict."""

    revision: int = 0


class AnyText:
    """Marks a Literal that is read as any text: what a newer version calls something is no fault."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Accept every text."""
        return core_schema.str_schema()


class ConnectionStatus(OpenEnum):
    """Whether a connection may be called."""

    NEW = "new"
    TESTED = "tested"
    KEY_INVALID = "key invalid"


class Identity(Kept):
    """Who the key is, as the vendor tells it: shown back to the person, so that a wrong company is seen."""

    user: str
    company: str
    company_id: str
    rights: tuple[str, ...] = ()
    missing: tuple[Reason, ...] = ()
    """Rights or modules the flows will miss."""
    needed_settings: tuple[str, ...] = ()
    """Settings of the connection without which the vendor refuses new records in this account."""


class Refusal(Kept):
    """A key that the vendor refused: since when, and when it is tried again. Nothing is called before that."""

    since: AwareDatetime
    next: AwareDatetime
    tries: int = 0
    """How often it was refused again since."""


class FormerHooks(Kept):
    """What a vendor was told before its webhooks were asked for anew: what was under way then comes to it."""

    address: int
    """Generation of the address; see `Connection.hooks_at`."""
    signed: int
    """Generation of the signing secret; see `Connection.hooks_signed`."""
    until: AwareDatetime


class Heard(Kept):
    """When a webhook came last, to the hour, and for how long there usually is none."""

    at: AwareDatetime
    usual_s: int = 0
    """The longest of their latest silences in seconds; long ago counts less."""


class Connection(Document):
    """One customer's access to one account of a vendor. Credentials are not here; they are in the tenant's secret.

    While flows use it, `identity` and `base_url` name the account it is bound to: links, cursors and shadows are about
    that account's records. They change only once the account behind the new ones was found to be the same.
    """

    tenant: str
    id: str
    vendor: str
    base_url: str
    settings: dict[str, str] = Field(default_factory=dict)
    status: ConnectionStatus = ConnectionStatus.NEW
    reason: Reason | None = None
    identity: Identity | None = None
    """As last tested; kept when key, address or settings change."""
    refusal: Refusal | None = None
    """Set from the first refusal of the key until it is accepted again."""
    subscriptions: dict[str, str] = Field(default_factory=dict)
    """Vendor's subscription id → event."""
    told_kinds: tuple[str, ...] = ()
    """Kinds that the vendor was last asked to send webhooks of, for all flows that use the connection."""
    hook_generation: int = 1
    """Which of its signing secrets webhooks are asked for with; see `ports.Secrets.hook_secret`."""
    hooks_signed: int = 0
    """Which one the subscriptions were made with. 0: none yet, or by a version that stored a secret of its own."""
    hooks_refused: Reason | None = None
    """Why the vendor would send no webhooks when it was asked last; None where it will."""
    hooks_at: int = 0
    """Generation of the address that the subscriptions were made with. 0: none yet, or one without a token, as versions
    before this field gave out. See `hook_address`."""
    hooks_former: FormerHooks | None = None
    heard: Heard | None = None
    """None until a webhook came."""
    created_at: AwareDatetime


class FlowStatus(OpenEnum):
    """Where a flow stands. Gates are passed in this order; a paused flow goes back to where it was."""

    NEW = "new"
    TESTED = "tested"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    MATCHING = "matching"
    ACTIVE = "active"
    PAUSED = "paused"
    KEY_INVALID = "key invalid"
    REMOVING = "being removed"


class Approval(Kept):
    """A person's yes to one plan."""

    plan: str
    by: str
    at: AwareDatetime


class Stop(Kept):
    """Changes of one kind that the guard stopped in one stream: none goes out until a person has seen the list.

    The list is the records that wait with reason `held_back`; for deletes found by absence also the list `listed`.
    """

    stream: str
    side: Side
    """The side that would be written."""
    kind: str
    """See `engine.guard.kinds`."""
    at: AwareDatetime
    listed: str = ""
    """Names the stored list of records that a whole read did not hold."""


class ApprovedList(Kept):
    """A person's yes to one list that the guard had stopped, good until `expires_at`."""

    hash: str
    stream: str
    count: int
    by: str
    at: AwareDatetime
    expires_at: AwareDatetime


class Limits(Kept):
    """The guard's limits as an admin set them."""

    at_least: int
    share: float
    shrink: float
    by: str
    expires_at: AwareDatetime | None = None
    """Limits above the standard end by themselves."""


TIME_ZONE = "Europe/Oslo"
"""The time zone of a flow unless an admin says otherwise."""


class Differing(Kept):
    """Control totals of one stream that differ: how many, since when, and the first."""

    count: int
    since: AwareDatetime
    label: str
    reason: Reason


class FlowState(Document):
    """One flow of one tenant: one use of a declaration, its connections, where it stands, the admin's settings."""

    tenant: str
    flow: str
    """Its id."""
    declaration: str
    """Name of the declaration. Versions before this field had one flow of a declaration, with its name for an id."""
    left: str
    right: str = ""
    """Empty where the declaration has nothing on that side."""
    status: FlowStatus = FlowStatus.NEW
    resume_to: FlowStatus | None = None
    """Where `resume` goes back to, while paused or stopped by an invalid key."""
    reason: Reason | None = None
    every_min: int
    full_at_hour: int = 2
    """Hour of the day, in the flow's time zone, of the nightly full comparison."""
    time_zone: str = TIME_ZONE
    """Which days and hours of the clock the flow means, by its IANA name."""
    settings: dict[str, str] = Field(default_factory=dict)
    held: dict[str, Stop] = Field(default_factory=dict)
    """What the guard stopped, by `stream/side/kind`."""
    approved_lists: dict[str, ApprovedList] = Field(default_factory=dict)
    """The last list a person let through, by `stream/side/kind`."""
    refused: tuple[str, ...] = ()
    """`stream/side/kind` of which a person refused lists; what exactly is a blob."""
    limits: Limits | None = None
    """The guard's, where an admin made them stricter."""
    raised: Limits | None = None
    """The guard's, where an admin raised them for a while."""
    rules: dict[str, RuleChange] = Field(default_factory=dict)
    """Field rules an admin changed, by `stream.field`."""
    mapping: dict[str, tuple[FieldPair, ...]] = Field(default_factory=dict)
    """Fields an admin mapped beside those of the declaration, by stream."""
    lookups: dict[str, Lookup] = Field(default_factory=dict)
    """The value maps, by name."""
    mapping_problems: tuple[Reason, ...] = ()
    """What the last look at both accounts found wrong with mapping and lookups: each was told once."""
    schemas: str = ""
    """Names what the accounts said of their fields when that was last accepted (`work.schemas`)."""
    plan: str | None = None
    """Hash of the first-sync plan a person may approve."""
    plan_run: str | None = None
    approval: Approval | None = None
    last_full_at: AwareDatetime | None = None
    removing_since: AwareDatetime | None = None
    """Since when it is being removed: nothing of it fires any more."""
    last_good_at: AwareDatetime | None = None
    """When a run that keeps it in step last came to its end, whatever became of single records."""
    untold: dict[Side, AwareDatetime] = Field(default_factory=dict)
    """Side → when a scheduled read found changes there that webhooks should have told: the first time within hours."""
    quiet_since: AwareDatetime | None = None
    """Since when such runs have found nothing; None where the last one found something."""
    differing: dict[str, Differing] = Field(default_factory=dict)
    """What the last check of control totals found, by stream."""
    created_at: AwareDatetime

    @model_validator(mode="before")
    @classmethod
    def _named_by_its_declaration(cls, data: Any) -> Any:
        if isinstance(data, dict) and "declaration" not in data and "flow" in data:
            return {**data, "declaration": data["flow"]}
        return data

    @property
    def key(self) -> FlowKey:
        """Its key."""
        return FlowKey(self.tenant, self.flow)

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that have a connection."""
        return tuple(side for side in Side if self.connection(side))

    @property
    def connections(self) -> tuple[str, ...]:
        """The ids of its connections."""
        return tuple(self.connection(side) for side in self.sides)

    def connection(self, side: Side) -> str:
        """Return the id of the connection on `side`."""
        return self.left if side is Side.LEFT else self.right


type Purpose = Literal["plan", "apply", "sync", "dry-run", "replay"]
type Trigger = Literal["schedule", "webhook", "manual", "replay", "internal"]


class RunStatus(OpenEnum):
    """How far a run has come."""

    READING = "reading"
    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    DONE = "done"
    DONE_WITH_PROBLEMS = "done, with problems"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """True when nothing more will happen by itself."""
        return self in {RunStatus.PLANNED, RunStatus.DONE, RunStatus.DONE_WITH_PROBLEMS, RunStatus.STOPPED}


class Run(Root):
    """One execution of a flow, with its counters: `<stream>.<name>` → count."""

    tenant: str
    flow: str
    id: str
    purpose: Annotated[Purpose, AnyText()]
    trigger: Annotated[Trigger, AnyText()]
    by: str = ""
    status: RunStatus = RunStatus.READING
    stage: int = 0
    """Index of the stream at work; streams are done in the flow's order."""
    full: bool = True
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    reason: Reason | None = None
    counters: dict[str, int] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)
    """What was set together with counters. See `work.chain`."""
    moved_at: AwareDatetime | None = None
    """When it last counted something or went on to another stage; None before the first time."""

    @property
    def key(self) -> FlowKey:
        """The flow's key."""
        return FlowKey(self.tenant, self.flow)

    @property
    def is_known(self) -> bool:
        """Tell whether this version knows what the run is for."""
        return self.purpose in get_args(Purpose.__value__)

    def count(self, stream: str, name: str) -> int:
        """Return one counter, 0 when it was never raised."""
        return self.counters.get(f"{stream}.{name}", 0)


class JournalEntry(Root):
    """One line of the journal: what became of one record in one step, and why."""

    at: AwareDatetime
    stream: str
    link: str
    ids: dict[str, str] = Field(default_factory=dict)
    """Side → external id."""
    label: str = ""
    result: Result
    reason: Reason
    attempt: str = ""
    run: str = ""
    trigger: str = ""
    fields: tuple[str, ...] = ()
    """Names of the fields written; values stay in the systems."""
    before: dict[str, Any] = Field(default_factory=dict)
    """Values that were overwritten, so that a person can get them back."""
    effect: Effect | None = None
    """What the write did, so that it can be taken back. None: nothing was, or by an older version."""
