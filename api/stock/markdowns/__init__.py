"""Markdowns at the admin's door."""
