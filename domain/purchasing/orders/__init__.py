"""Purchase orders: what is ordered of suppliers, and what has come of it."""
