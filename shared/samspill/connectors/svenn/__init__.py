"""Svenn, as the contract has it that we publish ourselves (`docs/contracts/svenn.openapi.yaml`).

The vendor publishes no interface. Whoever gets its private documentation changes `profile.py`, or puts a translation
in between.
"""
