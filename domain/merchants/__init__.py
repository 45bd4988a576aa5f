"""Merchants: how they come in, who works for them, with which keys, under which plan; how they go.

A merchant has two spaces of data, live and test, made at sign-up. What belongs to the merchant as a
whole (staff, roles, invitations, keys, hosts, plan) is kept in the live space alone; the shop's
settings and its legal entities are in both, and go their own ways from then on.

Words: an *identity* is a person who signs in, perhaps for several merchants; a *member of staff* is
an identity at one merchant, with a *role*, which is a set of *permissions* (permissions.py).

Rules:
- Nobody gives what he has not: a role, a key, a point of sale beyond one's own is refused.
- A shop always keeps one active owner.
- No answer tells whether an e-mail address has an account: what differs goes to the mailbox.
- A membership that its person has not confirmed with a password opens nothing.
- Tries are counted per address, and per account and address, never per account alone: nobody can
  lock out somebody else. (Codes of a second factor are counted per account, behind its password.)
- Tokens, keys and passwords are kept as digests, shown once, and never written into a job.
- Limits are counters in the merchant's own rows, taken in the transaction that uses them.
"""
