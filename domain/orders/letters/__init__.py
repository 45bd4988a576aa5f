"""Letters to buyers about their orders: service messages, which belong to what was bought.

A job of each is written in the unit that is its cause, and has ids alone: it looks up what there
is to say, and writes to the order's e-mail address, or else by text message to its phone.
"""
