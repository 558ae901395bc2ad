"""Exports, as people see them: files, and the links under which they are fetched."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from samspill.usecases.views.base import Answer, View


class FileLinkView(View):
    """A link to a file. Its address is shown once, when it is made."""

    open: bool
    """Whether it is still good."""
    made_by: str
    ends_at: datetime
    fetched: int
    """How often the file was fetched under it."""


class FileView(View):
    """A file that an export wrote."""

    file: str
    flow: str
    run: str
    name: str
    rows: int
    size_bytes: int
    size: str
    """The size in words, such as "12 kB"."""
    written_at: datetime
    links: tuple[FileLinkView, ...] = ()


class FileList(Answer):
    """The files there are, newest first."""

    command: ClassVar[str] = "exports-list"
    files: tuple[FileView, ...]


class ExportRun(Answer):
    """What an export read and wrote."""

    command: ClassVar[str] = "exports-run"
    run: str
    read: int
    written: int
    files: tuple[FileView, ...] = ()


class LinkMade(Answer):
    """A link that was just made, or links that were revoked."""

    command: ClassVar[str] = "exports-link"
    file: str
    address: str | None = None
    ends_at: datetime | None = None
    revoked: int = 0
