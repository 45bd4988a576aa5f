"""Suppliers, purchase orders and goods receipts at the admin's door."""
