"""Price lists and prices at the admin's door."""
