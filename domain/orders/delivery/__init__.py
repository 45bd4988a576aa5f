"""Delivery: the ways in which goods go to buyers, and what each costs where."""
