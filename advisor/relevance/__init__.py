"""How closely each benchmark measures what a text asks for (`docs/retrieval.md`)."""
