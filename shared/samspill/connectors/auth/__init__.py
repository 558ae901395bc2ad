"""How calls are signed: one `httpx.Auth` per way. A vendor imports the one it uses, and nobody else does."""
