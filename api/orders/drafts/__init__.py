"""Drafts of orders at both doors."""
