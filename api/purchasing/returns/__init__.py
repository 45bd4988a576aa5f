"""Returns to suppliers at the admin's door."""
