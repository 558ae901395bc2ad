"""AWS's errors in our words."""

from __future__ import annotations

import pytest
from botocore import exceptions as aws_errors
from botocore.exceptions import BotoCoreError, ClientError

from samspill.errors import BusyError, ConfigurationError, UnavailableError
from samspill.store.faults import translate
from samspill.texts.reasons import reason_text
from tests.support.aws import refusal

URL = "https://dynamodb.eu-north-1.amazonaws.com"


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (refusal("TransactionConflictException"), BusyError),
        (refusal("ThrottlingException"), UnavailableError),
        (refusal("ProvisionedThroughputExceededException"), UnavailableError),
        (refusal("SlowDown", status=503), UnavailableError),
        (refusal("InternalServerError", status=500), UnavailableError),
        (refusal("AccessDeniedException"), ConfigurationError),
        (refusal("ExpiredTokenException"), ConfigurationError),
        (refusal("ResourceNotFoundException"), ConfigurationError),
        (refusal("AWS.SimpleQueueService.NonExistentQueue"), ConfigurationError),
        (aws_errors.EndpointConnectionError(endpoint_url=URL), UnavailableError),
        (aws_errors.ReadTimeoutError(endpoint_url=URL), UnavailableError),
        (aws_errors.ConnectTimeoutError(endpoint_url=URL), UnavailableError),
        (aws_errors.NoCredentialsError(), ConfigurationError),
        (aws_errors.NoRegionError(), ConfigurationError),
    ],
    ids=str,
)
def test_what_somebody_can_act_on_is_told_in_our_words(
    error: BotoCoreError | ClientError, ours: type[Exception]
) -> None:
    told = translate(error)
    assert type(told) is ours
    assert str(error)[:40] in str(told)


def test_a_person_is_told_in_awss_own_sentence_what_is_missing() -> None:
    told = translate(refusal("AccessDeniedException"))
    assert isinstance(told, ConfigurationError)
    assert "told so" in reason_text(told.reason, "en")


@pytest.mark.parametrize(
    "error", [refusal("ValidationException"), aws_errors.ParamValidationError(report="x")], ids=["told", "own"]
)
def test_a_fault_of_ours_stays_what_it_is(error: BotoCoreError | ClientError) -> None:
    assert translate(error) is error
