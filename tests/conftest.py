"""What holds for every test: an example may take as long as a busy machine needs; its seed is pytest-randomly's."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
