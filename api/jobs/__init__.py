"""Watching background jobs at the admin's door."""
