"""Returns at both doors."""
