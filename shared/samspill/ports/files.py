"""Blobs for the steps, and files for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from samspill.export_files import ExportFile, FileLink
    from samspill.state import FlowKey, StreamKey


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
