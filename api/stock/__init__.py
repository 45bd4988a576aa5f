"""Locations and stock at the admin's door."""
