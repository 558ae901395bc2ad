"""Tells CloudWatch that a function started anew, as one line in its embedded metric format.

Written by hand: `receive` starts without the library that the other functions' metrics are made with.
"""

from __future__ import annotations

import json
import os
import time

_DEFINED = {"Namespace": "Samspill", "Dimensions": [["function"]], "Metrics": [{"Name": "ColdStart", "Unit": "Count"}]}


def tell_cold_start() -> None:
    """Count one start of the function; nothing where this is not one."""
    if name := os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
        meta = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [_DEFINED]}
        print(json.dumps({"_aws": meta, "function": name, "ColdStart": 1}))  # noqa: T201 - this is how metrics are told
