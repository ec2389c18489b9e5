"""The capability model: scores on one scale, what is known before them, and the fit (`docs/method.md`)."""
