"""What the steps of the pipeline, the plan and the use cases share."""
