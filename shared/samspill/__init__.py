"""Samspill keeps a company's business systems in step. Start reading at `samspill.pipeline`."""

VERSION = "0.1.0"
"""The product's version: that of the command line, and of the stack that this code was deployed as."""
