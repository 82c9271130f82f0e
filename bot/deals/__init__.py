"""Deals from files and to files."""
