"""The hub in a simulated world: real steps, engine and store contracts; vendors, queue, clock and deaths are played.

One thread, one seed. `played.py` is the world, `hub.py` runs the steps in it, `vendor.py` plays vendors and
`connector.py` the way to them, `history.py` sees everything as a god would. `watch.py`, `writes.py`, `guard.py`,
`invariants.py` and `over_all.py` name what must hold. `histories.py` draws random lives out of `actions.py`,
`scenarios.py` tells stories whose functions die at every call, `mutants` holds the wrong engines that must be caught.
"""
