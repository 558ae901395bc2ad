"""What became of each write of a batch: one answer per write, whatever happens on the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import orjson

from samspill.connectors.mapping import Patch, bad_value
from samspill.engine.model import Observation
from samspill.errors import (
    ConflictError,
    ContractError,
    PermanentError,
    SamspillError,
    UnavailableError,
    UnknownOutcomeError,
)
from samspill.ports import VendorWrite, Written
from samspill.reasons import Reason

_logger = logging.getLogger(__name__)
_OF_RECORDS = (PermanentError, ConflictError, UnknownOutcomeError)
"""Errors about a record. All others are about the key, the limit or the way, and would hit the next record too."""


class Outcomes:
    """Collects how writes ended.

    An error about one record never stops the others. One about the key, the limit or the way stops them, and is raised
    when nothing was done yet; once something was done, that must be told, and the rest carries the error.
    """

    def __init__(self, system: str) -> None:
        """Know nothing yet."""
        self._system = system
        self._written: dict[str, Written] = {}
        self._unknown_before = False
        self._stopped: SamspillError | None = None

    def take(self, write: VendorWrite, result: Observation | SamspillError) -> None:
        """Note how a write ended."""
        if isinstance(result, Observation):
            self._written[write.key] = Written(write.key, record=result)
        else:
            self._written[write.key] = Written(write.key, error=result)

    @contextmanager
    def alone(self, write: VendorWrite, *, sent: bool = True) -> Iterator[None]:
        """Note an error about this record, and let others out. What nobody expected is about this record, too.

        A second unknown outcome in a row is the way being broken rather than the record: it stops the rest. Before
        anything is `sent`, no outcome is unknown.
        """
        try:
            yield
        except UnknownOutcomeError as error:
            self.take(write, error)
            if self._unknown_before:
                reason = Reason("vendor_unavailable", {"system": self._system})
                raise UnavailableError(f"{self._system}: two answers in a row did not come", reason=reason) from error
            self._unknown_before = True
        except _OF_RECORDS as error:
            self.take(write, error)
            self._unknown_before = False
        except SamspillError:
            raise
        except Exception as error:
            _logger.exception("defect in one record")
            self.take(write, _defect(error, sent=sent))
        else:
            self._unknown_before = False

    @contextmanager
    def together(self, writes: Sequence[VendorWrite]) -> Iterator[None]:
        """Note an error for those of `writes` that have not ended."""
        try:
            yield
        except SamspillError as error:
            if not isinstance(error, _OF_RECORDS):
                if not self._written:
                    raise
                self._stopped = error
            for write in self.open(writes):
                self.take(write, error)
        except Exception as error:
            _logger.exception("defect in one of %d records", len(writes))
            for write in self.open(writes):
                self.take(write, _defect(error, sent=True))

    def open(self, writes: Sequence[VendorWrite]) -> list[VendorWrite]:
        """Return those that have not ended. Once the rest was stopped, that is none: they end the same way here."""
        left = [write for write in writes if write.key not in self._written]
        if self._stopped is None:
            return left
        for write in left:
            self.take(write, self._stopped)
        return []

    def record(self, write: VendorWrite) -> Observation | None:
        """Return the record a write made or changed, if it did."""
        written = self._written.get(write.key)
        return written.record if written else None

    def amend(self, told: Mapping[str, Observation]) -> None:
        """Put what was read since in the place of what a write's own answer left out."""
        for key, written in self._written.items():
            if written.record is not None and written.record.external_id in told:
                self._written[key] = replace(written, record=told[written.record.external_id])

    def in_order(self, writes: Sequence[VendorWrite]) -> list[Written]:
        """Return one answer per write."""
        return [self._written[write.key] for write in writes]


def _defect(error: Exception, *, sent: bool) -> SamspillError:
    """Return what is known of a write that met a defect of ours."""
    name, reason = type(error).__name__, Reason("defect")
    if sent:
        return UnknownOutcomeError(f"nobody knows whether it was done: {name}", reason=reason)
    return ContractError(f"cannot be put into a request: {name}", reason=reason)


def sendable(body: Patch, names: Mapping[str, str]) -> Patch:
    """Return a body that JSON can hold.

    Args:
        body: what is to be sent.
        names: the vendor's field → ours, for the reason.

    Raises:
        MappingError: a value is none that JSON has: a whole number of more than 64 bits, half an emoji.
    """
    try:
        orjson.dumps(body)
    except TypeError:
        for wire, value in body.items():
            try:
                orjson.dumps(value)
            except TypeError:
                raise bad_value(names.get(wire, wire), "of an unknown shape") from None
        raise
    return body
