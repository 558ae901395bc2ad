"""The guard against mass changes: its limits, the batches that it stops, and their approvals."""
