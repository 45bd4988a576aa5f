"""Holds: goods kept for whoever will have them, and what becomes of them."""
