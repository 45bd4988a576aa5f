"""What things cost: price lists, the gross price of each variant in them, VAT, quotes.

Rules: amounts are minor units of the list's currency and never negative; one list of a shop is the
default one; a price holds from `min_quantity` (thousandths) upwards, 1 being "any quantity". A
quote is the one way to what goods cost together: each line is the sum of its receipt's positions.
"""
