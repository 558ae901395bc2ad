"""The guard against mass changes: limits, the batches it stops, and what people said of them."""
