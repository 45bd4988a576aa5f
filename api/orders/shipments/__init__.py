"""Carriers and shipments at the admin's door, and their story for buyers."""
