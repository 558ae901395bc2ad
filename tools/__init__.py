"""What builds, checks and starts the project. Never shipped."""
