"""Asking to be let in, being invited, and deciding: a file for each."""
