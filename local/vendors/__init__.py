"""Sandbox servers of the vendors: in memory, deterministic, refusing what the vendor refuses. See README.md."""
