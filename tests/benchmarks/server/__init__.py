"""Ryad's real server process against the bare limit: see __main__ for how to run it."""
