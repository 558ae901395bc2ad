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
            if code_of(error) in _NEVER:
                said = error.response["Error"].get("Message", "") if isinstance(error, ClientError) else ""
                raise RejectedError("SES refused a mail", reason=Reason("mail_refused", {"message": said})) from None
            raise translate(error) from error
