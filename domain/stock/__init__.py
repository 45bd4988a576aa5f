"""What there is of each variant, and where.

Rules: `on_hand` and `reserved` are thousandths of the product's unit, and reserved is between
nothing and what is on hand; tables.py enforces it. A variant whose stock is not tracked can always
be sold.
"""
