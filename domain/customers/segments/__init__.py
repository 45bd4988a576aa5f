"""Segments: customers told by a rule over all that is known of them, counted as they are now.

Rules: a rule is what the list of customers is filtered by (`domain.customers.filters`), kept as it
was given. It reads the tables of orders and of the feed, and never writes them. A rule that names
what is gone says so and has no members, rather than others. A snapshot keeps who was in it at an
instant: what is sent, is sent to those. Days are those of the shop's own calendar.
"""
