"""What to buy, at the admin's door."""
