"""Log: writes the journal and the counters, and wakes what waited."""
