"""All steps behind one function, for the tests and the simulator. Each door takes its own step's."""

from __future__ import annotations

from samspill.pipeline.fetch import steps as fetch
from samspill.pipeline.log import steps as log
from samspill.pipeline.map import steps as map_
from samspill.pipeline.notify import steps as notify
from samspill.pipeline.replay import steps as replay
from samspill.pipeline.upsert import steps as upsert
from samspill.work.handling import handling

STEPS = {**fetch.STEPS, **map_.STEPS, **upsert.STEPS, **log.STEPS, **notify.STEPS, **replay.STEPS}
handle = handling(STEPS)
