"""Exports: records of one side, written to files. Links are the ledger of what was exported."""
