"""The command line, on the sandboxes and the memory twins."""
