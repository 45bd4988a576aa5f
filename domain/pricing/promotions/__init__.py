"""Promotions: rules that lower prices, add gifts and make delivery free, by themselves or by codes.

How several go together, in full:

1. They are asked one after another, the highest `priority` first; of equals, the older one.
2. What a promotion demands is looked at in the cart as it came, at the prices of price lists: that
   it applies never depends on what others took off.
3. What it takes off is reckoned from what those before it have left: 10 % after 40 % is 46 %.
4. An `exclusive` one applies only if none before it did, and then none after it does. Of those
   with the same `exclusion_group` only the first that gives anything applies.
5. A promotion takes off a whole sum, rounded once, and spreads it over its lines by what they cost
   (largest remainder). Its cap bounds that sum. No line falls below zero.

Rooms: `rules` are its conditions and actions as data, `engine` (no database) applies them to facts
of a cart, `standing` says which come into question, `uses` counts them in the order's transaction.
"""
