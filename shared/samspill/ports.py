"""What the steps need from the world. Adapters: `store`, `connectors`; tests use the twins in `store.memory`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from samspill.engine.model import Link, Observation, Result, Side

if TYPE_CHECKING:
    from samspill.canon.values import Fields
    from samspill.decisions import DecisionLine
    from samspill.engine.revision import Revision
    from samspill.errors import SamspillError
    from samspill.export_files import ExportFile, FileLink
    from samspill.flows.schema import Schema
    from samspill.hints import Hints
    from samspill.messages import Message
    from samspill.modes import Modes
    from samspill.notices.facts import Tally
    from samspill.notices.notice import Notice
    from samspill.notices.recipients import Audience
    from samspill.reasons import Language, Reason
    from samspill.state import Connection, FlowKey, FlowState, Identity, JournalEntry, Run, RunStatus, StreamKey

ID_CHARACTERS = 200
"""A record's id is part of a key of the tables, which has 1024 bytes at most."""

type Step = str
"""`fetch`, `map`, `upsert` or `log`: the queue a message goes to."""


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the present moment, aware, UTC."""
        ...


class Ids(Protocol):
    """The only source of randomness."""

    def new(self) -> str:
        """Return a new id that sorts by time."""
        ...

    def secret(self) -> str:
        """Return 40 or more characters that nobody can guess."""
        ...


class SignIn(Protocol):
    """Who works at the command line."""

    def name(self) -> str:
        """Return the name that the sign-in proves; empty where it names nobody."""
        ...


# --- state -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkCommit:
    """A link to store on the revision it was read at (0: must not exist), with the pointers that come with it.

    A pointer makes the link reachable from a record other than the one it began with; a record has one link at most.
    Where a pointer goes, nothing may be yet, except a link that is still `unlinked`: that one is absorbed; or what
    leads to a `tombstone`: whatever a record was once linked to has ended, and it may find another partner.
    """

    link: Link
    pointers: tuple[tuple[Side, str], ...] = ()
    parted: Link | None = None
    """The link of a record that was this link's until now: it takes the place of the pointer to this link."""


class Links(Protocol):
    """Links by record, each record in at most one."""

    def of_records(self, stream: StreamKey, side: Side, external_ids: Sequence[str]) -> dict[str, Link]:
        """Return the links of these records by external id, following pointers; records without a link are left out."""
        ...

    def get(self, stream: StreamKey, link_ids: Sequence[str]) -> dict[str, Link]:
        """Return links by link id; unknown ones are left out."""
        ...

    def commit(self, stream: StreamKey, commits: Sequence[LinkCommit]) -> list[bool]:
        """Store each link whose revision still holds, as revision + 1; tell per commit whether it held.

        A link and its pointers are stored together or not at all. One that does not hold does not stop the others.

        Raises:
            UnstorableError: some can never be stored, such as for their size; all others were dealt with.
        """
        ...

    def beginning(self, stream: StreamKey, side: Side, prefix: str) -> Iterator[Link]:
        """Yield the links that began with a record of `side` whose id begins so."""
        ...

    def all(self, stream: StreamKey) -> Iterator[Link]:
        """Yield every link of the stream, in no promised order. For sweeps and people, never per record."""
        ...

    def following(self, stream: StreamKey, link_id: str, limit: int) -> list[Link]:
        """Return the links after this one in the order of their ids, `limit` at most; fewer only at the end."""
        ...

    def remove(self, stream: StreamKey, limit: int) -> int:
        """Remove the first links and pointers of a stream in the order of their ids; return how many, 0 for none."""
        ...

    def with_result(self, flow: FlowKey, results: Iterable[Result]) -> Iterator[tuple[StreamKey, Link]]:
        """Yield links that ended in one of these results: `waiting`, `review`, `conflict`, `failed` are listed."""
        ...

    def tally(self, flow: FlowKey, result: Result, most: int) -> Tally:
        """Count the links that ended so, up to `most`, and tell of the first; what ended a moment ago may lack."""
        ...


class KeyIndex(Protocol):
    """Records without a partner, by the keys that may tell what they are (`engine.identity.searched_keys`).

    It only narrows: what it names may have a partner by now, be called otherwise or be gone. Whoever asks looks.
    """

    def put(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """Remember records of `side` under keys (key, external id). Putting one again changes nothing."""
        ...

    def find(self, stream: StreamKey, side: Side, wanted: Sequence[str], *, most: int) -> dict[str, list[str]]:
        """Return key → external ids of `side`, at most `most` of each; keys that name nothing are left out."""
        ...

    def drop(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """Forget entries."""
        ...

    def sweep(self, flows: Collection[FlowKey], token: str, limit: int) -> tuple[int, str]:
        """Look through the next entries of all flows, `limit` at most, and remove those of these flows.

        Nobody else can tell under which keys a record was remembered, so all are looked through: for removals only.

        Returns:
            How many were removed, and where to go on; empty at the end.
        """
        ...


class Registry(Protocol):
    """Connections and flows. `save_*` raises ConflictError when the document's revision is not the stored one."""

    def connection(self, tenant: str, connection_id: str) -> Connection:
        """Return the connection; UsageError when there is none."""
        ...

    def connections(self, tenant: str) -> list[Connection]:
        """Return all of the tenant's connections."""
        ...

    def hooked(self, tenant: str, connection_id: str) -> tuple[Connection, list[FlowState]]:
        """Return what a webhook concerns, in one read: the connection, and all of the tenant's flows."""
        ...

    def save_connection(self, connection: Connection) -> Connection:
        """Store it on its revision and return it with the next one."""
        ...

    def remove_connection(self, connection: Connection) -> None:
        """Remove it, if it is still on this revision; ConflictError where it is not. Again, it changes nothing."""
        ...

    def flow(self, key: FlowKey) -> FlowState:
        """Return the flow's state; UsageError when it is not set up."""
        ...

    def flows(self, tenant: str) -> list[FlowState]:
        """Return all of the tenant's flows."""
        ...

    def save_flow(self, flow: FlowState) -> FlowState:
        """Store it on its revision and return it with the next one."""
        ...

    def remove_flow(self, flow: FlowState) -> None:
        """Remove it, if it is still on this revision; ConflictError where it is not. Again, it changes nothing."""
        ...


class Tenants(Protocol):
    """Whose hubs the installation holds, for those who look after many."""

    def all(self) -> list[str]:
        """Return their names, sorted; of older versions those for whom something was connected or tested since."""
        ...

    def following(self, name: str, limit: int) -> list[str]:
        """Return the names after this one, sorted, `limit` at most; fewer only at the end."""
        ...

    def note(self, tenant: str) -> None:
        """Remember that there is such a tenant; doing it again changes nothing."""
        ...

    def forget(self, tenant: str) -> None:
        """Forget the tenant's name."""
        ...

    def opened(self, account: str) -> list[tuple[str, str]]:
        """Return the connections that were noted for an account of a vendor: tenant and id, sorted.

        It only narrows: what it names may be gone, or lead to another account by now. Whoever asks looks.
        """
        ...

    def note_opened(self, account: str, tenant: str, connection_id: str) -> None:
        """Note that a connection opens an account; doing it again changes nothing."""
        ...

    def forget_opened(self, account: str, tenant: str, connection_id: str) -> None:
        """Forget that. Again, it changes nothing."""
        ...


class Runs(Protocol):
    """Runs and their counters."""

    def start(self, run: Run) -> None:
        """Store a new run."""
        ...

    def get(self, key: FlowKey, run_id: str) -> Run | None:
        """Return the run, read consistently."""
        ...

    def latest(self, key: FlowKey, limit: int = 10) -> list[Run]:
        """Return the newest runs first."""
        ...

    def add(self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str) -> Run | None:
        """Add to the counters and return the run; do nothing when `once` was added before. None: no such run."""
        ...

    def note(
        self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str, notes: Mapping[str, str]
    ) -> Run | None:
        """Add to the counters as `add` does, and set notes together with them or not at all."""
        ...

    def move(self, run: Run, *, status: RunStatus, stage: int, ended_at: datetime | None = None) -> bool:
        """Change status and stage if both still are as in `run`; tell whether it did. One caller wins."""
        ...


class Cursors(Protocol):
    """How far a side of a stream has been read."""

    def get(self, stream: StreamKey, side: Side) -> str | None:
        """Return the cursor."""
        ...

    def before(self, stream: StreamKey, side: Side) -> str | None:
        """Return the cursor whose place the present one took: where the read before the last one left off."""
        ...

    def put(self, stream: StreamKey, side: Side, cursor: str, *, by: str = "") -> None:
        """Store the cursor of the run `by`, perhaps again; called only after what was read is safe in a queue."""
        ...

    def remove(self, stream: StreamKey) -> None:
        """Remove the cursors of both sides."""
        ...


class Leases(Protocol):
    """Mutual exclusion with an end. Never the only fence: commits are conditional."""

    def take(self, name: str, holder: str, until: datetime) -> bool:
        """Take or renew the lease; False while somebody else has it."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Give it back, if still held."""
        ...


class Quotas(Protocol):
    """Which records met a kind of change in a time, so that no more than a limit do."""

    def take(self, name: str, members: Sequence[str], *, limit: int, until: datetime) -> bool:
        """Note the members under `name`, all or none; False where that would make more than `limit` of them.

        A member that was noted before is not counted again. What `name` holds is forgotten after `until`.
        """
        ...


class Waiting(NamedTuple):
    """A record that waits in line."""

    record: str
    hint: str
    """What was told of it last."""
    mark: str
    """Changes whenever it is told again."""


class LineReader(NamedTuple):
    """Who reads a line next."""

    name: str
    queued: bool
    """True once its message is in the queue for sure."""


class Line(Protocol):
    """Records of a stream that wait to be read together, each once, in the order in which they were told."""

    def begin(self, stream: StreamKey, record: str, until: datetime) -> bool:
        """Note that a record is being read for a hint; False when that was noted before, and holds until then."""
        ...

    def put(self, stream: StreamKey, hints: Mapping[str, str], mark: str) -> None:
        """Have records wait, by record. One that waits already keeps its place, and is told again with `mark`.

        Marks sort by time: the first one is its place.
        """
        ...

    def first(self, stream: StreamKey, limit: int) -> list[Waiting]:
        """Return those who wait longest, in order; they go on waiting."""
        ...

    def remove(self, stream: StreamKey, waiting: Sequence[Waiting]) -> None:
        """Have them wait no more, but those told again since they were returned."""
        ...

    def reader(self, stream: StreamKey) -> LineReader | None:
        """Return who reads the line next; None when nobody does, or nothing was heard of them for too long."""
        ...

    def appoint(self, stream: StreamKey, name: str, *, instead_of: LineReader | None, until: datetime) -> bool:
        """Make `name` the reader whose message is to be queued; False when it is not `instead_of` any more."""
        ...

    def queued(self, stream: StreamKey, name: str, until: datetime) -> None:
        """Note that the message of this reader is in the queue, and until when it is waited for."""
        ...

    def dismiss(self, stream: StreamKey, name: str) -> None:
        """End the appointment, if it is still this reader's."""
        ...


class Budgets(Protocol):
    """The vendors' rate limits, shared by every function that calls on the same key."""

    def lease(self, key: str, want: int) -> int:
        """Take up to `want` calls out of the present window.

        Raises:
            RateLimitedError: none is left. Whoever is refused gets a place in line: `retry_after_s` is the time until
                their own turn, not only until the next window.
        """
        ...

    def correct(self, key: str, *, limit: int, remaining: int, reset_s: float) -> None:
        """Note what the vendor's answer told."""
        ...

    def pause(self, key: str, seconds: float) -> None:
        """Let nobody call for a while (after a 429)."""
        ...


class Journal(Protocol):
    """What happened to every record, kept for a time."""

    def append(self, key: FlowKey, batch: str, entries: Sequence[JournalEntry]) -> None:
        """Store the entries under `batch`, once: storing the same batch again changes nothing.

        Nothing that was stored is replaced but by `change`: other entries under the same batch are kept beside it, but
        for those that only have later times, which a step writes that is repeated.
        """
        ...

    def read(self, key: FlowKey, since: datetime, until: datetime) -> Iterator[JournalEntry]:
        """Yield entries, newest first."""
        ...

    def change(self, key: FlowKey, day: date, change: Callable[[JournalEntry], JournalEntry]) -> int:
        """Have the entries of a day (UTC) say what `change` makes of them; return how many became others.

        For a person's data that has to go, and for nothing else. Times, and how long entries are kept, stay.
        """
        ...


class Decisions(Protocol):
    """What people decided, kept for years. A line is written once, and never replaced: see `change`."""

    def write(self, line: DecisionLine) -> None:
        """Store a line; storing the same one again changes nothing."""
        ...

    def read(self, tenant: str, since: datetime, until: datetime) -> Iterator[DecisionLine]:
        """Yield the lines of the decisions that were asked for in that time, newest decision first."""
        ...

    def change(self, tenant: str, change: Callable[[DecisionLine], DecisionLine]) -> int:
        """Have all lines say what `change` makes of them; return how many became others.

        For a person's data that has to go, and for nothing else. A line stays its decision's, and is kept as long.
        """
        ...


class Blobs(Protocol):
    """Larger things: raw webhooks, pages of a snapshot, plans."""

    def put(self, key: str, body: bytes) -> None:
        """Store, replacing."""
        ...

    def get(self, key: str) -> bytes | None:
        """Return the body, or None."""
        ...

    def keys(self, prefix: str) -> list[str]:
        """Return the keys under a prefix, sorted."""
        ...

    def remove(self, prefix: str, limit: int) -> int:
        """Remove the first blobs under a prefix, 1000 at most; return how many, 0 where there is none."""
        ...


class Secrets(Protocol):
    """One secret per tenant: connection id → credentials."""

    def get(self, tenant: str, connection_id: str, *, fresh: bool = False) -> dict[str, str]:
        """Return the credentials; empty when there are none. Up to five minutes old unless `fresh`."""
        ...

    def put(self, tenant: str, connection_id: str, values: Mapping[str, str]) -> None:
        """Replace the credentials of one connection and keep the others; without values it has none any more."""
        ...

    def remove(self, tenant: str) -> None:
        """Remove all of a tenant's credentials at once. Again, it changes nothing."""
        ...

    def exchange(
        self, tenant: str, connection_id: str, change: Callable[[dict[str, str]], Mapping[str, str]]
    ) -> dict[str, str]:
        """Replace the credentials of one connection by what `change` makes of the present ones; return what is stored.

        Nobody else changes them meanwhile. `change` may call the vendor: what it returns is stored before it is used.
        It is called again where somebody did change them, because the lease had ended. What it raises leaves all as it
        was.

        Raises:
            BusyError: somebody else has been changing them for seconds; nothing was stored.
        """
        ...

    def hook_secret(self, tenant: str, connection_id: str, generation: int) -> str:
        """Return what a connection's webhooks are signed with: derived from one secret of the stack, and not stored."""
        ...


class Deliveries(Protocol):
    """Webhook deliveries that were taken in."""

    def known(self, delivery: str) -> bool:
        """Tell whether the delivery was noted (within a week)."""
        ...

    def note(self, delivery: str) -> None:
        """Note the delivery; called only after what it hints at is safe in a queue."""
        ...


MAX_DELAY_S = 900
"""The longest that a queue holds a message back."""


TAKEN_S = 300
"""How long a dead letter that was taken is hidden from others. Who dies holding it need not give it back."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that a step gave up on, taken for a while."""

    step: Step
    id: str
    """Stays the same, however often it is taken."""
    body: str
    why: str
    """Why it was buried; empty when it was tried too often."""
    sent_at: datetime
    handle: str
    """Names this taking."""


@dataclass(frozen=True, slots=True)
class DeadCount:
    """How much lies on a dead-letter queue, about: nobody counts a queue exactly."""

    count: int
    since: datetime | None = None
    """When the oldest of a few was sent; None where nothing lies."""


class Queues(Protocol):
    """The queue before each step."""

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        """Put messages on the queues of their steps; returns when all are durable. At most `MAX_DELAY_S`."""
        ...

    def hint(self, hints: Sequence[Hints]) -> None:
        """Tell `fetch` where to look; returns when all is durable."""
        ...

    def open(self, body: str) -> str:
        """Return the encoded message of a queue body: itself, or what its claim check names."""
        ...

    def bury(self, step: Step, body: str, why: str) -> None:
        """Put a message that can never be handled on the step's dead-letter queue."""
        ...

    def count_dead(self, step: Step, *, look: bool = True) -> DeadCount:
        """Tell how many messages lie on the step's dead-letter queue; moves nothing. With `look`, since when, too."""
        ...

    def take_dead(self, step: Step) -> list[DeadLetter]:
        """Take up to ten letters of the step's dead-letter queue; empty when none is left that nobody holds."""
        ...

    def settle_dead(self, letters: Sequence[DeadLetter], *, gone: bool) -> None:
        """Remove letters that were taken, or give them back at once."""
        ...


class Schedules(Protocol):
    """What starts a flow by itself."""

    def set(self, flow: FlowState, *, enabled: bool) -> None:
        """Create or change the flow's schedules to match its interval."""
        ...

    def remove(self, key: FlowKey) -> None:
        """Remove the flow's schedules. Again, it changes nothing."""
        ...


class Files(Protocol):
    """Files for people: written as a stream, fetched with an address that leads to them for a moment."""

    def put(self, key: str, parts: Iterable[bytes]) -> int:
        """Store the parts one after the other as one file, replacing; return its size in bytes.

        It appears whole or not at all: what `parts` raises leaves nothing behind. Never more than a few megabytes of it
        are held in memory.
        """
        ...

    def remove(self, prefix: str, limit: int) -> int:
        """Remove the first files under a prefix, 1000 at most; return how many, 0 where there is none."""
        ...

    def address(self, key: str, *, name: str, seconds: int) -> str:
        """Return an address under which anybody may fetch the file for so long, to be saved under `name`."""
        ...


class FileRegistry(Protocol):
    """What is known of files, and the links to them. `save*` raises ConflictError on a revision that is not stored."""

    def begin(self, file: ExportFile) -> ExportFile:
        """Note that a file of the stream is being written, unless one is already; return the one that is."""
        ...

    def writing(self, stream: StreamKey) -> ExportFile | None:
        """Return the file of the stream that is being written."""
        ...

    def finish(self, file: ExportFile, *, keep: bool) -> None:
        """Let another file of the stream begin; show this one from now on, or forget it. Again, it changes nothing."""
        ...

    def get(self, flow: FlowKey, file_id: str) -> ExportFile | None:
        """Return a file that is shown."""
        ...

    def latest(self, flow: FlowKey, limit: int) -> list[ExportFile]:
        """Return the newest files that are shown, newest first."""
        ...

    def save(self, file: ExportFile) -> ExportFile:
        """Store a file, be it shown or being written, on its revision and return it with the next one."""
        ...

    def remove(self, flow: FlowKey, limit: int) -> int:
        """Forget files of a flow with the links to them; return how many, 0 where there is none."""
        ...

    def link(self, hashed: str) -> FileLink | None:
        """Return the link of a token by its hash."""
        ...

    def save_link(self, link: FileLink) -> FileLink:
        """Store a link on its revision and return it with the next one."""
        ...


class Notices(Protocol):
    """What people are told of, and who they are. `save*` raises ConflictError on a revision that is not stored."""

    def of(self, tenant: str) -> tuple[Audience, list[Notice]]:
        """Return all of a tenant in one read; the audience is empty where nobody was ever named."""
        ...

    def get(self, tenant: str, place: tuple[str, str, str]) -> Notice | None:
        """Return one notice, read consistently."""
        ...

    def save(self, notice: Notice) -> Notice:
        """Store it on its revision and return it with the next one. One that is over is forgotten in time."""
        ...

    def save_audience(self, audience: Audience) -> Audience:
        """Store it on its revision and return it with the next one."""
        ...


class Letter(NamedTuple):
    """What one recipient is told, in words."""

    subject: str
    text: str


class Letters(Protocol):
    """Puts notices into words."""

    def of(self, notice: Notice, edge: str, language: Language) -> Letter:
        """Return what is told of the start or the end of a condition."""
        ...

    def test(self, language: Language) -> Letter:
        """Return what is told to try a recipient."""
        ...


class Mailer(Protocol):
    """Sends mail."""

    def send(self, address: str, letter: Letter, *, name: str) -> None:
        """Hand a mail over for delivery. `name` goes along: a mail that came twice has one name.

        Raises:
            RejectedError: it can never be sent, such as to an address that is none.
            ConfigurationError: nobody may send mail here, or no sender is set.
        """
        ...


class Poster(Protocol):
    """Posts to addresses that people named, never to private ones."""

    def check(self, address: str) -> None:
        """Refuse an address that may not be called with an AddressError."""
        ...

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post, and return once it was answered with 2xx. Redirects are not followed.

        Raises:
            AddressError: the address may not be called.
            UnavailableError: no answer, or one of 408, 429 and 5xx: try again later.
            RejectedError: any other answer.
        """
        ...


# --- vendors ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    observations: Sequence[Observation]
    next: str | None
    """Token of the next page; None after the last."""
    cursor: str | None = None
    """With the last page: where a later read of changes starts. None when the vendor cannot tell changes, or when the
    list moved while it was read: what was missed would lie behind it."""
    complete: bool = True
    """False when rows may be missing, because the list moved or is one of some days only: no evidence of absence."""
    unnamed: int = 0
    """Rows without an id that can be read: nobody can tell which records they are. Such a page is not complete."""
    wait_s: int = 0
    """How long the vendor asks us to stay away before the next page: it is still making it."""

    @classmethod
    def of(
        cls, seen: Sequence[Observation], *, following: str | None, cursor: str | None = None, complete: bool = True
    ) -> Page:
        """Return the page of what was seen; rows without an id, or with one too long for a key, are only counted."""
        named = [each for each in seen if 0 < len(each.external_id) <= ID_CHARACTERS]
        unnamed = len(seen) - len(named)
        return cls(named, following, cursor, complete and not unnamed, unnamed)


@dataclass(frozen=True, slots=True)
class VendorWrite:
    """One record to create (no `external_id`), change or archive, in the vendor's own reference ids."""

    key: str
    """Names the write in the answer."""
    fields: Fields
    external_id: str | None = None
    version: Revision | None = None
    """The state the write was planned on: refuse with ConflictError when the vendor holds another one by now."""
    marker: str = ""
    """For creates: stored where the vendor has a searchable field, so that the record can be found again."""
    archive: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to one write: what the record is now, or why it was not done.

    `error` is a RejectedError and the like (nothing happened), ConflictError (version), NotFoundError, or
    UnknownOutcomeError (it may have happened). An error that concerns every write is raised instead.
    """

    key: str
    record: Observation | None = None
    error: SamspillError | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a vendor can do on one connection, for the steps and the conformance suite."""

    kinds: frozenset[str]
    writable: frozenset[str]
    preconditions: bool = True
    unguarded: frozenset[str] = frozenset()
    """Kinds whose records have no version of their own, although the vendor has them: read again before a write."""
    markers: frozenset[str] = frozenset()
    """Kinds that can be found by marker."""
    webhooks: frozenset[str] = frozenset()
    """Kinds that tell their changes."""
    search_lag_s: int = 0
    """How long after a create a search may still miss the record."""
    reads_together: int = 1
    """How many records one call reads by their ids."""

    def guards(self, kind: str) -> bool:
        """Tell whether a write of this kind is refused when the record changed since it was read."""
        return self.preconditions and kind not in self.unguarded


class Subscribed(NamedTuple):
    """What a vendor sends from now on."""

    events: Mapping[str, str]
    """Subscription id → event, all of ours."""
    mended: tuple[str, ...] = ()
    """Events that it had not been sending: their subscriptions were switched off, or not there."""


class Connector(Protocol):
    """Our code for one vendor, opened on one connection."""

    capabilities: Capabilities

    def reach(self) -> None:
        """Call the address once, without a key; AddressError when it leads to another host. Any other answer does."""
        ...

    def check(self) -> Identity:
        """Ask who the key is and what it may do; CredentialsError when it is nobody."""
        ...

    def describe(self, kind: str) -> Schema:
        """Return what a record of the kind consists of in this account, by the vendor's own word where it tells."""
        ...

    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        """Read one page, the first when `token` is None; only changes since the cursor `since` where possible.

        Raises:
            ExpiredCursorError: the vendor no longer knows `since`; not where that is None.
        """
        ...

    def acknowledge(self, kind: str, cursor: str) -> None:
        """Hear that a cursor of `page` is stored, perhaps again: what led up to it will not be asked for any more."""
        del kind, cursor

    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        """Read these records; one that is gone comes back as `deleted`."""
        ...

    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        """Carry out the writes, in as few calls as the vendor allows; one answer per write, in their order."""
        ...

    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        """Find records by the marker of a create, or by natural keys (canonical field → value), checked in code."""
        ...

    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> Iterable[Observation]:
        """Return what may be one of `records` (canonical) and perhaps was never read; it only narrows.

        A vendor that tells its changes gives those since the cursor `since` (None: unknown, as is one that the vendor
        no longer knows); another one is searched by a part of the records' names.
        """
        ...

    def subscribe(self, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        """Make, re-enable the subscriptions that send these kinds to `url`; `renew` gives them another secret."""
        ...


@dataclass(frozen=True, slots=True)
class Hook:
    """What a verified webhook said: look at this record."""

    delivery: str
    kind: str
    external_id: str
    subscription: str
    deleted: bool = False
    version: Revision | None = None
    """The record's version as it was told, of a vendor that changes it with every change: what is known is not read."""


class Connectors(Protocol):
    """Opens connectors."""

    def open(self, connection: Connection) -> Connector:
        """Return a connector that calls with the connection's credentials, budget and address."""
        ...


class Hooks(Protocol):
    """Reads webhooks. Kept apart from connectors so that intake starts fast."""

    def challenge(self, vendor: str, query: Mapping[str, str]) -> str | None:
        """Return the text that a vendor wants read back before it sends webhooks; None where it does not ask.

        Raises:
            ContractError: the text is not such as this vendor's are.
        """
        ...

    def read(self, vendor: str, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> list[Hook]:
        """Verify the signature over the raw body and return what it hints at.

        Raises:
            SignatureError: the signature is missing, wrong or too old.
            ContractError: signed, but not a shape we know.
        """
        ...

    def told(self, vendor: str, body: bytes) -> list[Hook]:
        """Return what a body hints at that was verified when it came; ContractError when its shape is not known."""
        ...


class Preflight(Protocol):
    """Knows what a vendor would refuse, without calling it."""

    def __call__(self, connection: Connection, kind: str, write: VendorWrite) -> SamspillError | None:
        """Return why the write would be refused; None where nothing is known against it."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside, in one hand. Built by `bootstrap`; tests build it from twins."""

    clock: Clock
    ids: Ids
    links: Links
    keys: KeyIndex
    registry: Registry
    tenants: Tenants
    runs: Runs
    cursors: Cursors
    leases: Leases
    quotas: Quotas
    line: Line
    journal: Journal
    decisions: Decisions
    blobs: Blobs
    files: FileRegistry
    file_store: Files
    secrets: Secrets
    deliveries: Deliveries
    queues: Queues
    schedules: Schedules
    connectors: Connectors
    hooks: Hooks
    modes: Modes
    """The ways in which streams work."""
    notices: Notices
    letters: Letters
    mailer: Mailer
    poster: Poster
    calm: timedelta
    """How long what was wrong must stay well before its all-clear is told."""
    hook_url: str
    """Where vendors reach `receive`: see `hook_address`. Empty where they cannot."""
    preflight: Preflight | None = None
    """What vendors would refuse; None where nothing is known beforehand."""
    remarks: tuple[Reason, ...] = ()
    """What a person who works on the stack has to know of it, such as that it is of another version."""
