"""Whatever goes wrong with one record is that record's alone: its neighbours go on, and it says what is the matter."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import orjson

from samspill.canon.json_form import jsonable
from samspill.engine.model import Observation
from samspill.errors import (
    ConflictError,
    ContractError,
    CredentialsError,
    PermanentError,
    SamspillError,
    TransientError,
    UnknownOutcomeError,
)
from samspill.ports import Connector, World
from samspill.reasons import Reason

_OF_ALL = (TransientError, CredentialsError, ConflictError, UnknownOutcomeError)
"""Would meet the next record too, or is looked at again as a whole."""
_logger = logging.getLogger(__name__)


def of_one(error: Exception, what: str) -> SamspillError:
    """Return the error as one about the record `what`; a defect of ours is logged whole.

    Raises:
        SamspillError: it is not about one record: the way to the vendor, the limit, the key.
    """
    if isinstance(error, _OF_ALL):
        raise error
    if isinstance(error, SamspillError):
        return error
    _logger.error("defect in the record %s", what, exc_info=error)
    return ContractError(f"{type(error).__name__} in {what}", reason=Reason("defect"))


def read_each(world: World, connector: Connector, kind: str, external_ids: Sequence[str]) -> list[Observation]:
    """Read records; where their answer cannot be read as a whole, one by one: the one to blame says so.

    Raises:
        SamspillError: what meets all of them.
    """
    try:
        return list(connector.read(kind, external_ids))
    except Exception as error:  # noqa: BLE001 - looked at below
        fault = of_one(error, f"{kind} {', '.join(external_ids[:3])}")
    if not isinstance(fault, PermanentError):
        raise fault
    if len(external_ids) > 1:
        return [seen for each in external_ids for seen in read_each(world, connector, kind, [each])]
    seen_at = int(world.clock.now().timestamp() * 1000)
    return [Observation(each, {}, seen_at=seen_at, problem=fault.reason) for each in external_ids]


def sound(observation: Observation) -> Observation:
    """Return the observation, without its fields where they are nothing that a message can tell."""
    try:
        orjson.dumps(observation, default=jsonable)
    except TypeError:
        _logger.exception("what was read of %s cannot be told", observation.external_id)
        return Observation(observation.external_id, {}, seen_at=observation.seen_at, problem=Reason("defect"))
    return observation


@contextmanager
def apart(faults: list[SamspillError], what: str) -> Iterator[None]:
    """Put into `faults` what went wrong with one record."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - told on the record
        faults.append(of_one(error, what))
