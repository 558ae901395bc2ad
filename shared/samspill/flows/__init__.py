"""Flows: one module per integration, each a declaration. The vocabulary is `samspill.flows.flow`."""
