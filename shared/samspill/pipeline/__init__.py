"""The steps of the queues: receive, fetch, map, upsert, log, replay. None imports another."""
