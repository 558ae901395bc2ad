"""Every error Samspill raises. The class says how to recover; nobody needs to read the text to decide.

    SamspillError
    ├── TransientError             try again later: the queue does
    │   ├── RateLimitedError       the vendor's limit is spent, `retry_after_s` tells until when
    │   ├── UnavailableError       5xx, time-outs, broken connections before anything happened
    │   ├── KeyRefusedError        the key was refused a moment ago, and is tried again before anything stops
    │   └── BusyError              somebody else holds the record or the lease
    ├── UnknownOutcomeError        a write may or may not have happened: look before repeating
    ├── ConflictError              the record changed under us: read again and plan again
    ├── PermanentError             this record will not work as it is
    │   ├── ContractError          a message or a payload does not have the agreed shape
    │   ├── SignatureError         a webhook is not from who it says
    │   ├── MappingError           a field's value cannot be taken (`field`)
    │   ├── RejectedError          the vendor said no (`field`, `vendor_code`, `request_id`)
    │   ├── UnstorableError        the hub's own tables do not take it (`held`, `blamed`)
    │   ├── NotFoundError          the vendor does not have the record
    │   └── ExpiredCursorError     changes cannot be read from there any more: all is read again
    ├── ConfigurationError         nothing works until a person acts
    │   ├── CredentialsError       the key is wrong, expired or revoked
    │   ├── PermissionsError       the key works but may not do this
    │   └── AddressError           the address is not one we may call
    └── UsageError                 a person asked for something that cannot be done now
        └── GoneError              there is no such flow or connection, or no longer: messages for it have ended

Anything else that is raised is a defect: the runtime logs it whole and lets the queue deliver the message again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from samspill.reasons import Reason


class SamspillError(Exception):
    """Base of all. `reason` is what a person is told; `str()` is for the log."""

    default_code: ClassVar[str] = "defect"

    def __init__(
        self,
        message: str,
        *,
        reason: Reason | None = None,
        field: str | None = None,
        vendor_code: str | None = None,
        vendor_message: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Keep what is known; `message` must hold no secret."""
        super().__init__(message)
        self.reason = reason or Reason(self.default_code)
        self.field = field
        self.vendor_code = vendor_code
        self.vendor_message = vendor_message
        self.request_id = request_id


class TransientError(SamspillError):
    """Try again later."""

    default_code = "vendor_unavailable"
    retry_after_s: float = 30.0


class RateLimitedError(TransientError):
    """The vendor's limit is spent for `retry_after_s` seconds."""

    default_code = "rate_limited"

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        """Remember how long to stay away."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class UnavailableError(TransientError):
    """The vendor or the way to it is down, and the call had no effect."""


class KeyRefusedError(TransientError):
    """The key was refused a moment ago: nothing is called before it is tried again in `retry_after_s` seconds."""

    default_code = "key_refused"

    def __init__(self, message: str, *, reason: Reason, retry_after_s: float) -> None:
        """Remember how long to stay away."""
        super().__init__(message, reason=reason)
        self.retry_after_s = retry_after_s


class BusyError(TransientError):
    """Somebody else is at this record or holds the lease."""

    default_code = "record_busy"


class UnknownOutcomeError(SamspillError):
    """A write was sent and no answer came: look for its result before trying again."""

    default_code = "outcome_unknown"


class ConflictError(SamspillError):
    """The record changed since it was read."""

    default_code = "changed_meanwhile"


class PermanentError(SamspillError):
    """This record will not work as it is."""

    default_code = "rejected"


class ContractError(PermanentError):
    """A message or payload does not have the agreed shape."""

    default_code = "bad_message"


class SignatureError(PermanentError):
    """A webhook's signature is missing, wrong or too old."""

    default_code = "bad_signature"


class MappingError(PermanentError):
    """A field's value cannot be taken."""

    default_code = "cannot_map"


class RejectedError(PermanentError):
    """The vendor refused the record."""


class UnstorableError(PermanentError):
    """Our own tables do not take some of several records, mostly for their size. `held` tells of the others."""

    default_code = "too_large"

    def __init__(self, held: Sequence[bool], blamed: Mapping[int, PermanentError]) -> None:
        """Keep what became of each: whether it was stored, and why some can never be."""
        first = next(iter(blamed.values()))
        super().__init__(str(first), reason=first.reason, field=first.field)
        self.held, self.blamed = list(held), dict(blamed)


class NotFoundError(PermanentError):
    """The vendor does not have the record, or does not show it to this key."""

    default_code = "not_found"


class ExpiredCursorError(PermanentError):
    """The vendor no longer knows the cursor that changes were to be read from: the read begins anew, and whole."""

    default_code = "cursor_expired"


class ConfigurationError(SamspillError):
    """Nothing will work until a person acts."""

    default_code = "setup_incomplete"


class CredentialsError(ConfigurationError):
    """The key is wrong, expired or revoked."""

    default_code = "key_invalid"


class PermissionsError(ConfigurationError):
    """The key works but may not do this."""

    default_code = "missing_right"


class AddressError(ConfigurationError):
    """The address is not one we may call."""

    default_code = "address_refused"


class NotAllowedError(ConfigurationError):
    """Whoever asks may not do this; nothing was done."""

    default_code = "not_allowed"


class UsageError(SamspillError):
    """A person asked for something that cannot be done now."""

    default_code = "not_now"

    @classmethod
    def because(cls, code: str, **params: str) -> Self:
        """Return the error for a reason that speaks for itself; a log gets the code and its values."""
        values = ", ".join(f"{name}: {value}" for name, value in params.items())
        return cls(f"{code} ({values})" if values else code, reason=Reason(code, params))


class GoneError(UsageError):
    """There is no such flow or connection, or no longer: a message that still asks for it has come to its end."""
