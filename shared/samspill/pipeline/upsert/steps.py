"""What the upsert queue asks for."""

from __future__ import annotations

from samspill.messages import UpsertRecords
from samspill.pipeline.upsert.upsert import upsert_records
from samspill.work.handling import Steps

STEPS: Steps = {UpsertRecords: upsert_records}
