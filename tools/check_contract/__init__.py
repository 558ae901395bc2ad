"""Whether a server keeps one of our contracts: called from outside, as a connector would, and checked against it."""
