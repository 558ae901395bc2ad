"""What the map queue asks for: records decided about, plans made and carried out."""

from __future__ import annotations

from samspill.messages import ApplyPlan, MakePlan, MapRecords
from samspill.pipeline.map.map_records import map_records
from samspill.plan.make import make_plan
from samspill.runs.runs import apply_plan
from samspill.work.handling import Steps

STEPS: Steps = {MapRecords: map_records, MakePlan: make_plan, ApplyPlan: apply_plan}
