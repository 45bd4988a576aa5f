"""Gift cards and bonus points at the admin's door."""
