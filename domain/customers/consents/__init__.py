"""Consents: what a customer has agreed to, in which words, until when; and what was sent to him.

Rules: a consent is for one purpose by one channel, and is never changed but by its end. Nothing but
a service message is sent without one that is valid at that instant: the row of the message leads to
it by a temporal foreign key, and the instants of both are the database's own, which the application
cannot write. Withdrawing waits for a message that is being sent, and stops the next.
"""
