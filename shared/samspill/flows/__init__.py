"""The integrations, one module each: a declaration of streams, fields and rules. Its vocabulary is `flows.flow`."""
