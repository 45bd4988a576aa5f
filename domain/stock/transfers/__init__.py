"""Transfers: goods under way from one place to another."""
