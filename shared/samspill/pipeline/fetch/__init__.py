"""Fetch: reads pages and named records, and passes on what changed."""
