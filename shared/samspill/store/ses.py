"""Mail by SES: plain text, from the address that the stack names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from samspill.errors import ConfigurationError, RejectedError
from samspill.reasons import Reason
from samspill.store.faults import code_of, translate

if TYPE_CHECKING:
    from samspill.ports import Letter

_NEVER = frozenset({"BadRequestException", "MessageRejected"})
"""SES takes this mail at no time: the address is none, or nobody who may be written to."""
_NOT_SET_UP = frozenset(
    {
        "AccountSuspendedException",
        "LimitExceededException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
        "SendingPausedException",
    }
)
"""SES takes no mail before somebody has changed something in the account."""
NAME = "X-Samspill-Notice"
_NAME_CHARACTERS = 200


class SesMailer:
    """See `ports.Mailer`."""

    def __init__(self, sender: str, make: Callable[[], Any]) -> None:
        """Send from this address; from none, nothing."""
        self._sender, self._make = sender, make

    def send(self, address: str, letter: Letter, *, name: str) -> None:
        """See `Mailer.send`."""
        if not self._sender:
            raise ConfigurationError("the stack names no sender of mail", reason=Reason("no_mail_sender"))
        called = name.encode("ascii", "replace").decode()[:_NAME_CHARACTERS]
        try:
            self._make().send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={
                    "Simple": {
                        "Subject": {"Data": letter.subject, "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": letter.text, "Charset": "UTF-8"}},
                        "Headers": [{"Name": NAME, "Value": called}],
                    }
                },
            )
        except (BotoCoreError, ClientError) as error:
            raise _translated(error) from None


def _translated(error: BotoCoreError | ClientError) -> Exception:
    code = code_of(error)
    said = error.response["Error"].get("Message", "") if isinstance(error, ClientError) else ""
    if code in _NEVER:
        return RejectedError("SES refused a mail", reason=Reason("mail_refused", {"message": said}))
    if code in _NOT_SET_UP:
        return ConfigurationError(f"SES: {code}", reason=Reason("setup_incomplete", {"message": f"{code}: {said}"}))
    return translate(error)
