"""Mail leaves by SES: plain text from one sender, and what SES refuses for good is told apart from what it may take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from samspill.errors import ConfigurationError, RejectedError, UnavailableError
from samspill.ports import Letter
from samspill.store.ses import SesMailer
from tests.support.aws import REGION, aws_in_process, client_of

LETTER = Letter("Ånei: 1 post feilet", "Første linje\n\n    samspill log f --result failed\n")
SENDER = "hub@hub.example"


@pytest.fixture
def mailer() -> Iterator[SesMailer]:
    with aws_in_process():
        client_of("sesv2").create_email_identity(EmailIdentity=SENDER)
        yield SesMailer(SENDER, lambda: client_of("sesv2"))


def test_what_is_sent_is_what_arrives(mailer: SesMailer) -> None:
    mailer.send("kari@firma.example", LETTER, name="acme/failed/f//1/start")

    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    assert sent.source == SENDER
    assert sent.destinations["ToAddresses"] == ["kari@firma.example"]
    assert (sent.subject, sent.body) == (LETTER.subject, LETTER.text)


class Refusing:
    def __init__(self, code: str, status: int = 400) -> None:
        self.code, self.status, self.asked = code, status, dict[str, Any]()

    def send_email(self, **arguments: Any) -> None:
        self.asked = arguments
        error = {"Code": self.code, "Message": "Email address is not verified."}
        answer: Any = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": self.status}}
        raise ClientError(answer, "SendEmail")


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("MessageRejected", 400, RejectedError),
        ("BadRequestException", 400, RejectedError),
        ("TooManyRequestsException", 429, UnavailableError),
        ("InternalFailure", 500, UnavailableError),
        ("AccessDeniedException", 403, ConfigurationError),
        ("NotFoundException", 404, ConfigurationError),
        ("AccountSuspendedException", 400, ConfigurationError),
        ("SendingPausedException", 400, ConfigurationError),
        ("MailFromDomainNotVerifiedException", 400, ConfigurationError),
    ],
)
def test_what_ses_says_tells_whether_to_try_again(code: str, status: int, error: type[Exception]) -> None:
    refusing = Refusing(code, status)
    with pytest.raises(error):
        SesMailer(SENDER, lambda: refusing).send("kari@firma.example", LETTER, name="acme/ø/f//1/start")
    headers = refusing.asked["Content"]["Simple"]["Headers"]
    assert headers == [{"Name": "X-Samspill-Notice", "Value": "acme/?/f//1/start"}]


def test_without_a_sender_nothing_is_sent_and_the_reason_says_what_to_do() -> None:
    with pytest.raises(ConfigurationError) as caught:
        SesMailer("", lambda: pytest.fail("nobody is asked")).send("kari@firma.example", LETTER, name="n")
    assert caught.value.reason.code == "no_mail_sender"
