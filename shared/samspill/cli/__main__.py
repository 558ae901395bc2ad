"""`python -m samspill.cli`."""

from samspill.cli import main

main()
