"""What the log queue asks for."""

from __future__ import annotations

from samspill.messages import LogOutcomes
from samspill.pipeline.log.log import log_outcomes
from samspill.work.handling import Steps

STEPS: Steps = {LogOutcomes: log_outcomes}
