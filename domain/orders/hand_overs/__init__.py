"""Hand-overs: parts of orders on their way to their buyers, and the receipts' positions of each."""
