"""Upsert: notes the intent, calls the vendor, commits the answer."""
