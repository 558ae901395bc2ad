"""The one way to a vendor: which addresses are called, how they are dialled, limits, time-outs, repeats and errors."""
