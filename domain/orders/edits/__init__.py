"""Edits: what is changed of an order that stands, each a revision with its difference in money.

What was sold stays as it was sold. A line keeps its price for good: less of it costs what is left
of its positions, so that taking away by an edit is worth what giving back would be. More of it, and
what is sold at another price, is priced today and is another line, unless it costs the same.
Nothing that is picked changes. Promotions stay counted, and are not applied to what is added; who
wants that has all that is not picked priced anew, as one cart.
"""
