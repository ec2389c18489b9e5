"""One small adapter a source: raw upstream files to rows of our schema."""
