"""Timly, as the contract has it that we publish ourselves (`docs/contracts/timly.openapi.yaml`).

The vendor shows its interface only to those who are logged in. Whoever has that documentation changes `profile.py`, or
puts a translation in between.
"""
