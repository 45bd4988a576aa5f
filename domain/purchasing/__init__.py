"""What to buy: demand out of past sales, a forecast of it, and what a supplier is asked for.

Rules: quantities are integer thousandths of the variant's unit at every edge; floats live in the
statistics alone. These take many series at once, a row each, a column a day, NaN where the demand
of a day is not known; a day out of stock is such a day, and never a zero. From a forecast on all is
integers, so whoever is shown a Need can do its sum again.

The statistics load numpy, which costs a process 27 MB: jobs import them, doors need `needs` alone.
"""
