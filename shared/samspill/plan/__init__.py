"""The plan of a first sync: made from complete snapshots, shown line by line, carried out once approved."""
