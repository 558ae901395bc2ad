"""The template, expanded once."""

import pytest

from tests.support.stack import Stack
from tools.check_template import transformed


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack(transformed())
