"""Orders on the desk of staff: statuses of the shop's own, who sees to an order, tags, comments.

None of it changes what is sold or owed, so it may be said of an order in any state.
"""
