"""Pure: what hours are, decided without a network, a clock or a store."""
