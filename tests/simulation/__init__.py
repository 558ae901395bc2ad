"""The hub in a simulated world: real steps, engine and store contracts; vendors, queue, clock and deaths are played.

One thread, one seed. `hub.py` runs the steps, `vendor.py` plays vendors, `history.py` sees everything as a god would,
`invariants.py` names what must hold, `histories.py` draws random lives, `scenarios.py` tells stories whose functions
die at every call, `mutants.py` holds the wrong engines that must be caught.
"""
