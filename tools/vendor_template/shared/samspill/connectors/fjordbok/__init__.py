"""Fjordbok: what it is connected with (`facts`), its calls (`client`), its fields and ours (`mapping`)."""
