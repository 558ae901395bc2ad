"""What became of records, as people see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from samspill.engine.model import Result
from samspill.state import JournalEntry
from samspill.usecases.views.base import Answer, Explained, Said, View
from samspill.usecases.views.plans import CandidateView

RESULTS = tuple(str(result) for result in Result)
"""How a record may end."""


class LineOfJournal(Explained):
    """One line of the journal."""

    at: datetime
    stream: str
    link: str
    ids: dict[str, str]
    """Side → external id."""
    label: str
    result: str
    run: str
    trigger: str
    fields: tuple[str, ...]
    """Names of the fields written."""
    before: dict[str, Any]
    """Values that were overwritten."""

    @classmethod
    def of(cls, entry: JournalEntry) -> LineOfJournal:
        """Return the view."""
        return cls(**{name: getattr(entry, name) for name in cls.model_fields if name != "text"})


class Record(Explained):
    """One record, as it stands."""

    stream: str
    label: str
    ids: dict[str, str]
    """Side → external id."""
    read: bool
    """False for what was never read: `would` says what the next read does."""
    link: str = ""
    result: str = ""
    would: str = ""
    conflicts: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Field → side → value."""
    candidates: tuple[CandidateView, ...] = ()
    decided: str = ""
    """What a person decided and the next read carries out."""
    decided_by: str = ""


class ReadingView(View):
    """When a stream was last read, and when it is read next."""

    stream: str
    last: datetime | None
    due: datetime | None
    is_due: bool


class Silent(Explained):
    """A system that could not be asked."""

    system: str


class Log(Answer):
    """Lines of the journal, newest first; with `record`, also where the records stand that go by that name."""

    command: ClassVar[str] = "log"
    journal: tuple[LineOfJournal, ...]
    records: tuple[Record, ...] | None = None
    """None where no record was named."""
    systems: dict[str, str] = Field(default_factory=dict)
    """Side → what the system is called."""
    readings: tuple[ReadingView, ...] = ()
    silent: tuple[Silent, ...] = ()
    was_asked: bool = False
    """Whether the systems were asked for what was never read."""
    at_rest: bool = False
    """Whether they could not be asked because the flow does not read now."""
    status: str = ""


class Named(View):
    """One record by its name."""

    stream: str
    link: str
    label: str


class Replayed(Answer):
    """Records that were, or would be, read again."""

    command: ClassVar[str] = "replay"
    records: tuple[str, ...]
    """Their link ids."""
    found: tuple[Named, ...]
    dry_run: bool


class Letter(Explained):
    """What becomes of one dead letter."""

    step: str
    id: str
    sent_at: datetime
    why: str
    stream: str
    records: tuple[str, ...]
    blob: str


class Letters(Answer):
    """What becomes of dead letters."""

    command: ClassVar[str] = "replay-dead"
    letters: tuple[Letter, ...]
    dry_run: bool


class PutBack(Answer):
    """Webhooks that were, or would be, put back as hints."""

    command: ClassVar[str] = "replay-webhooks"
    bodies: int
    """How many deliveries were looked at."""
    records: int
    """How many records they name, each once per flow."""
    flows: tuple[str, ...]
    unreadable: tuple[str, ...]
    """Where bodies lie that cannot be read."""
    dry_run: bool


class Exported(Answer):
    """The links or the journal of a flow."""

    command: ClassVar[str] = "export"
    what: str
    """`links` or `journal`."""
    rows: tuple[dict[str, Any], ...]


class LinkRow(View):
    """A pair, or a record that stands alone, as a table has it."""

    stream: str
    link: str
    left_id: str
    right_id: str
    state: str
    label: str
    result: str
    reason: Said | None


class JournalRow(View):
    """A line of the journal, as a table has it."""

    at: datetime
    stream: str
    link: str
    label: str
    result: str
    reason: Said
    trigger: str
