"""The template, expanded once."""

import pytest

from tests.support.stack import Stack
from tools.check_template import transformed


@pytest.fixture(scope="session")
def expanded() -> Stack:
    """With every choice that its parameters leave."""
    return Stack(transformed())


@pytest.fixture(scope="session")
def stack(expanded: Stack) -> Stack:
    """With tables of its own, as it is deployed at first."""
    return expanded.deciding(HasRestoredState=False, HasRestoredJournal=False)


@pytest.fixture(scope="session")
def restored(expanded: Stack) -> Stack:
    """With restored tables in the place of its own."""
    return expanded.deciding(HasRestoredState=True, HasRestoredJournal=True)
