"""Samspill keeps a company's business systems in step. Start reading at `samspill.steps`."""
