"""Orders: a buyer's cart, the order that it becomes, and all that is done with it until its end.

    carts -> checkout -> orders -> edits -> hand_overs -> returns

`money` is what an order owes, was paid and was given back, as a ledger of its own.
"""
