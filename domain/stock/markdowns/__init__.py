"""Markdowns: prices that are lower while goods that soon expire are to be sold off."""
