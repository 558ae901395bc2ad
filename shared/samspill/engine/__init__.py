"""The sync engine: merge, match, plan, deletes. Pure: no I/O, no clock, no environment, only arguments."""
