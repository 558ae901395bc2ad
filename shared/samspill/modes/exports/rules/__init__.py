"""What an export decides without asking anybody: rows, text, tokens. Pure."""
