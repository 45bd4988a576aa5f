"""Orders at both doors."""
