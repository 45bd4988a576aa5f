"""Promotions and their codes at the admin's door, and visitors' own offers at the storefront's."""
