"""Goods receipts: what came, in which lots, at what cost."""
