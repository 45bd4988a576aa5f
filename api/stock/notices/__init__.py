"""Notices of stock at the doors."""
