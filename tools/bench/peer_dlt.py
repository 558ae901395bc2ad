"""dlt reads the list: `python peer_dlt.py ADDRESS FOLDER load|again`. Runs in .venv-peers.

`load` loads all rows as lines of JSON. `again` reads the same rows and drops those whose cursor it has seen: all of
them, from the second run in a folder on. Prints the seconds of work, imports not among them, and the rows loaded.
"""

import json
import os
import sys
import time
from typing import Any

os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "DLT_DATA_DIR": sys.argv[2]}

import dlt  # type: ignore[import-not-found] # lives in an environment of its own
from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found] # the same


def main(address: str, folder: str, mode: str) -> None:
    """Run the pipeline once."""
    endpoint: dict[str, Any] = {
        "path": "/v1/customers",
        "params": {"limit": 200},
        "data_selector": "items",
        "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "after"},
    }
    if mode == "again":
        endpoint["incremental"] = {"cursor_path": "updatedAt", "initial_value": "2000-01-01T00:00:00+00:00"}
    disposition = "replace" if mode == "load" else "append"
    resource = {"name": "customer", "primary_key": "id", "write_disposition": disposition, "endpoint": endpoint}
    source = rest_api_source({"client": {"base_url": address}, "resources": [resource]})
    files = dlt.destinations.filesystem(bucket_url=f"file://{folder}/{mode}")
    pipeline = dlt.pipeline(mode, destination=files, dataset_name="peer", pipelines_dir=f"{folder}/pipelines")
    began = time.perf_counter()
    pipeline.run(source, loader_file_format="jsonl")
    seconds = time.perf_counter() - began
    trace = pipeline.last_trace.last_normalize_info
    print(json.dumps({"seconds": seconds, "loaded": (trace.row_counts if trace else {}).get("customer", 0)}))


main(*sys.argv[1:])
