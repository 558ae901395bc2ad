"""Notify: looks for conditions that somebody has to know of, and tells people."""
