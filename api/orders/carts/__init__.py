"""Carts at the storefront."""
