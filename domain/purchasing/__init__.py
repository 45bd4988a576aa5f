"""Buying: suppliers and their offers, what to order and why, purchase orders, goods receipts.

Rules: quantities are integer thousandths of the variant's unit, prices minor units of the
supplier's currency for one unit; what goods cost in stock is in the shop's. An order's goods are
expected (`stock.arrivals`) from its approval until they have come or never will. Receipts are
written once, with their movements in the ledger. Offers that are stale are not reckoned with.

What to order is statistics first, and then a sum. The statistics take many series at once, a row
each, a column a day, NaN where the demand of a day is not known; a day out of stock is such a day,
and never a zero. Floats live in them alone: from a forecast on all is integers, so whoever is shown
a Need can do its sum again. They load numpy, which costs a process 27 MB: `proposals` does so when
it is asked for the first time, and nobody else does.
"""
