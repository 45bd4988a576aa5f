"""Notices: what runs low, what soon expires, and what is back for those who waited."""
