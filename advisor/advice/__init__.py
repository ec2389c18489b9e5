"""Advice on a use case in words: candidates, benchmarks to read, checks, a trial, next steps."""
