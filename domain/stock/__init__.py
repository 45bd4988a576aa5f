"""What there is of each variant, where, of which lots, and how it came to be so.

Rules: quantities are thousandths of the product's unit, values are minor units of the shop's
currency. Goods come and go by the ledger alone (`ledger.post`), so that what is on hand is the sum
of its movements, and of its lots; `integrity` checks it. Movements are never changed: the
application's role may add to them and read them, nothing else. Reserved is between nothing and what
is on hand, backordered between nothing and its limit; tables.py enforces it. What becomes free is
theirs first who wait for it (`backorders`); what a supplier sends to buyers is held at his own
location, and is no stock of ours (`supplier_shelves`). Whoever changes a level holds its lock
(`levels`). A variant whose stock is not tracked can always be sold.

What people write are documents with states (`documents`), numbered without gaps by kind. At one
place: write-offs, surpluses and conversions (`adjustments`). Between two: transfers (`transfers`).
What a transfer has sent is on hand nowhere until it comes, lot by lot at just what it had cost;
what never comes is written off where it was awaited, so that no value is lost out of sight.
"""
