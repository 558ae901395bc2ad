"""Made-up but realistic Norwegian business data: the same seed and size always give the same records."""

from local.vendors.data.build import build
from local.vendors.data.dataset import Dataset

__all__ = ["Dataset", "build"]
