"""Holds at the admin's door."""
