"""A person's data: who is meant, where something of theirs is stored, and how it is taken out."""
