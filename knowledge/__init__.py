"""What the advisor knows: models, offers, benchmarks and scores, each with its source and date."""
