"""Sheets of balances at the admin's door."""
