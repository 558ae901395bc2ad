"""What the pipeline, the plan and the use cases share: context, outcomes, references, fingerprints, subscriptions."""
