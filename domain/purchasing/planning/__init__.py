"""What to buy: demand forecast out of the ledger, and what follows of it."""
