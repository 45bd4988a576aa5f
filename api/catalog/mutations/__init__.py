"""Changing the catalogue, a file for each noun."""
