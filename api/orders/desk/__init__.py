"""Orders on the desk of staff, at the admin's door."""
