"""Accounts: customers who sign in at the storefront, by a password or by a code that is mailed.

Rules: an account is opened by who has the code that was sent to its address, and by nobody else;
only then it is joined to the card that has the address. Whether an address is known is never told:
a code is sent to any, and it is good for who asked for it alone. Tries are counted before they are
looked at. A session is a token of which the hash is kept; it is looked up on each request.
"""
