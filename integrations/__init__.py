"""Adapters to the outside world: each implements a port that the domain declares."""
