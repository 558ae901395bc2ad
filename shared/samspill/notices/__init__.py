"""What somebody has to be told: conditions from their start to their all-clear. Pure."""
