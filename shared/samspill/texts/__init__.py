"""What people read, one file per language: `en.pot` holds the English texts, `nb.po` and `de.po` translate them.

Only doors import this room: whatever decides, reads or writes carries codes with parameters.
"""
