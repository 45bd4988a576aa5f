"""Customers at the doors: their cards for the merchant, their accounts for themselves."""
