"""What things cost: price lists, and the gross price of each variant in them.

Rules: amounts are minor units of the list's currency and never negative; one list of a shop is the
default one; a price holds from `min_quantity` (thousandths) upwards, 1 being "any quantity".
"""
