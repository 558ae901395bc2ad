"""The hub in a simulated world: real steps, engine and store contracts; vendors, queue, clock and deaths are played.

One thread, one seed. `hub.py` runs the steps, `vendor.py` plays the vendors, `history.py` sees everything (god's view),
`invariants.py` names what must hold, `histories.py` draws random lives, `scenarios.py` the ones in which a function dies
at every call, `mutants.py` the wrong engines that must be caught.
"""
