"""Drafts of orders: what staff make on the phone, and what a buyer asked for by one click.

A draft's prices are frozen when its lines are said, and kept until it is `valid_until`. A buyer who
is given its link sees it and accepts it; staff may place it themselves. What stands behind a link
never changes: a change of the draft takes the link back.
"""
