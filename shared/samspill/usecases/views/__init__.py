"""What use cases answer: data for a door to show. A door adds texts in a person's language, and nothing else."""
