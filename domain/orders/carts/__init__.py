"""Carts: what a buyer is about to order, and what still stands in the way."""
