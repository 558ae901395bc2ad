"""The adapters behind the ports: AWS in this package, twins for tests and simulation in `memory`."""
