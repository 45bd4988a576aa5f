"""Goods receipts at the admin's door."""
