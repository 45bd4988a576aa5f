"""Hand-overs at the admin's door."""
