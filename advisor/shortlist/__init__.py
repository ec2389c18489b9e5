"""From requirements and estimates to candidates: constraints, monthly cost, roles, cards, what would change it."""
