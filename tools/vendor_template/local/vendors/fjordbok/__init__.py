"""A sandbox of Fjordbok's API."""
