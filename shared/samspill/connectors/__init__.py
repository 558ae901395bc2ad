"""Our code for the vendors, one package each, and what they share. `registry` opens them."""
