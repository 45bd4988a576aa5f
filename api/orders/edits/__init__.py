"""Edits of orders at the admin's door."""
