"""`python -m samspill.cli`."""

from samspill.cli.main import main

main()
