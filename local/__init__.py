"""What runs on one machine only: sandbox servers of the vendors, demo data, the launcher. Nothing here goes to AWS."""
