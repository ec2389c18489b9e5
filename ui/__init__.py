"""The doors for people and tools: command line, web page."""
