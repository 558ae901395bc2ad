"""The plan of a first sync: made from whole snapshots, shown line by line, carried out once approved."""
