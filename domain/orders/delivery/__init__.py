"""Delivery: the ways in which goods go to buyers, and what each costs where.

A way has zones in the merchant's order: the first that has the address in it counts. A zone has a
table of steps by weight and sum, without gaps and overlaps. Options to an address are reckoned out
of that alone; no server of anybody is asked while somebody buys.
"""
