"""Trusted documents: the queries that a shop's own storefront sends, registered by their text.

A document's id is the sha-256 of its text. A key that is set to trusted documents only may send
ids and nothing else; what is not registered here it cannot ask.
"""
