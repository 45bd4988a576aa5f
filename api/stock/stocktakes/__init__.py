"""Stocktakes at the admin's door."""
