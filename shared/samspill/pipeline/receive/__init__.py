"""The step that takes webhooks in."""
