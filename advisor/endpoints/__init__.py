"""Where language models are: routes and roles, embedded weights and their servers, addresses that may be reached."""
