"""The use cases: each step is a function of the world and one message. They see ports only.

`receive` takes a webhook in, `fetch` reads, `map` decides, `upsert` writes, `log` remembers, `replay` tries again.
`runs` moves a run from stream to stream; `planning` makes the first-sync plan; `setup` and `review` are what people do.
"""
