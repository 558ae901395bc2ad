"""Files that exports wrote, and the links under which people fetch them."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime

from samspill.canon.open_enum import OpenEnum
from samspill.state import Document, FlowKey, StreamKey


class FileStatus(OpenEnum):
    """How far a file has come."""

    LISTING = "listing"
    """Its rows are being listed."""
    WRITTEN = "written"
    """It is stored; the ledger is being told which records it holds."""
    DONE = "done"


class ExportFile(Document):
    """One file of one stream. Its id begins with that of the run that wrote it, so that ids sort by time."""

    tenant: str
    flow: str
    stream: str
    id: str
    run: str
    name: str
    """What it is called where it is saved."""
    key: str
    """Where it lies, see `ports.Files`."""
    status: FileStatus = FileStatus.LISTING
    rows: int = 0
    size_bytes: int = 0
    begun_at: AwareDatetime
    links: tuple[str, ...] = ()
    """The hashes of the links to it, of which some may never have come about."""

    @property
    def flow_key(self) -> FlowKey:
        """The flow it is of."""
        return FlowKey(self.tenant, self.flow)

    @property
    def stream_key(self) -> StreamKey:
        """The stream it is of."""
        return StreamKey(self.tenant, self.flow, self.stream)


class FileLink(Document):
    """A link to one file. The token in it is stored nowhere; its hash is the name of the link."""

    hash: str
    tenant: str
    flow: str
    file: str
    key: str
    name: str
    rows: int
    size_bytes: int
    made_by: str
    made_at: AwareDatetime
    ends_at: AwareDatetime
    revoked_by: str = ""
    fetched: int = 0
    """How often the file was fetched under it."""
    fetched_at: AwareDatetime | None = None

    @property
    def flow_key(self) -> FlowKey:
        """The flow whose file it leads to."""
        return FlowKey(self.tenant, self.flow)

    def is_open(self, now: datetime) -> bool:
        """Tell whether it leads anywhere."""
        return not self.revoked_by and now < self.ends_at
