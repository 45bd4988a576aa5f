"""Adjustments at the admin's door."""
