"""Customers: who buys. One card a person, with all ways to reach him and all that is known of him.

Rules: a phone or an address leads to a card by guess, for the shop's own use; several cards may
have the same one (a family's phone), which is what suggests that they are one person. What a buyer
himself may see follows proof alone: he signed in, with an address that he has shown to be his.
Events name ids and fields, never what stands in them: they are kept for longer than people are.
"""
