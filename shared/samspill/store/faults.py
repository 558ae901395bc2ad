"""AWS's errors in our words, in one place."""

from __future__ import annotations

from http import HTTPStatus

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, which is no OSError
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)

from samspill.errors import BusyError, ConfigurationError, UnavailableError
from samspill.reasons import Reason

INVALID, INVALID_ITEM = "ValidationException", "ValidationError"
"""What AWS says of a call, and of one write of a transaction, that it takes at no time."""
CANCELED = "TransactionCanceledException"
_CONFLICTS = frozenset({"TransactionConflictException", "TransactionInProgressException"})
_PASSING = frozenset({"None", "ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})
SLOW = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_SET_UP = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "NoSuchBucket",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_NO_ACCESS = (CredentialRetrievalError, NoCredentialsError, NoRegionError, PartialCredentialsError)


def code_of(error: BotoCoreError | ClientError) -> str:
    """Return AWS's code, empty for what never reached AWS."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def reasons_of(error: BotoCoreError | ClientError) -> list[str]:
    """Return why each write of a cancelled transaction was refused, `None` for those that were not to blame."""
    reasons = error.response.get("CancellationReasons", []) if isinstance(error, ClientError) else []
    return [str(reason.get("Code", "None")) for reason in reasons]


def is_conflict(error: BotoCoreError | ClientError) -> bool:
    """Tell whether nothing is wrong but that others are at the same items."""
    code = code_of(error)
    return code in _CONFLICTS or (code == CANCELED and _PASSING.issuperset(reasons_of(error)))


def translate(error: BotoCoreError | ClientError) -> Exception:
    """Return the error to raise: ours where somebody can act on it, else AWS's own, because then the fault is ours.

    BusyError: others are at the same items. UnavailableError: throttled, down or out of reach, so try again later.
    ConfigurationError: credentials, rights or a part of the stack are missing; it says AWS's own sentence.
    """
    code = code_of(error)
    text = f"AWS: {error}"[:400]
    if is_conflict(error):
        return BusyError(text)
    if code in SLOW or _is_outage(error):
        return UnavailableError(text)
    if code in _SET_UP or isinstance(error, _NO_ACCESS):
        return ConfigurationError(text, reason=Reason("setup_incomplete", {"message": text}))
    return error


def _is_outage(error: BotoCoreError | ClientError) -> bool:
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, HTTPClientError | ConnectionError)
