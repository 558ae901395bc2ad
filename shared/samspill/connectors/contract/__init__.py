"""What the connectors have in common whose vendors publish no interface and that therefore speak a contract of ours.

The contracts (`docs/contracts/*.openapi.yaml`) are alike: pages by key, versions with `If-Match`, batches in which each
item stands alone, problem documents, signed webhooks. A vendor's package says its names and its kinds of record.
"""
