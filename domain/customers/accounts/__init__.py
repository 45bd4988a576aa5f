"""Accounts: customers who sign in at the storefront, by a password or by a code that is sent.

Rules: an account is opened by who has the code that was sent to its address or phone, and by nobody
else; only then it is joined to the card that has it, by phone to none that another signs in to.
Whether an address or a phone is known is never told: a code is sent to any, and it is good for who
asked for it alone. Tries are counted before they are looked at. A session is a token of which the
hash is kept; it is looked up on each request.
"""
