"""Each function knows what its own queue brings."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from samspill import messages
from samspill.work.handling import Steps

MESSAGES: tuple[Any, ...] = (*messages.OWN, messages.TaskMessage)
STEPS = sorted({each.step for each in MESSAGES})


def steps_of(step: str) -> Steps:
    steps: Steps = import_module(f"samspill.pipeline.{step}.steps").STEPS
    return steps


@pytest.mark.parametrize("step", STEPS)
def test_a_function_handles_what_its_queue_brings_and_nothing_else(step: str) -> None:
    assert set(steps_of(step)) == {each for each in MESSAGES if each.step == step}
