"""What people read, one file per language: `en.pot` holds the English texts, `nb.po` and `de.po` translate them.

Only the command line and what puts notices into words import it: all other code carries codes with parameters.
"""
