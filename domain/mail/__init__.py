"""Letters of the platform to people who work at shops: their words, and the port that sends them.

Rules: a letter is sent by a job, never inside a request or a unit of work. What a merchant or a
stranger wrote (a name of a shop, of a person) is text in it, never markup, a header or a link.
"""
