"""Suppliers and their offers at the admin's door."""
