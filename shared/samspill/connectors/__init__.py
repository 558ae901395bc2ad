"""Our code for the vendors: the shared gateway, and one package per vendor. `registry` opens them."""
