"""What the map queue asks for."""

from __future__ import annotations

from samspill.messages import MapRecords
from samspill.pipeline.map.map_records import map_records
from samspill.work.handling import Steps

STEPS: Steps = {MapRecords: map_records}
