"""Price lists of suppliers at the admin's door: where they come from, and each reading."""
