"""Pairs: a record here and a record there that are the same thing, matched, created, and kept in step."""
