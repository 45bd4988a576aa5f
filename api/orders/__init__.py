"""Carts and orders: the buyer's at the storefront, the merchant's at the admin's door."""
