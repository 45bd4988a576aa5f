"""Units at the admin's door."""
