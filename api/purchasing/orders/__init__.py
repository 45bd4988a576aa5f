"""Purchase orders at the admin's door."""
