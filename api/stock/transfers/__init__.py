"""Transfers at the admin's door."""
