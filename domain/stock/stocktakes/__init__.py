"""Stocktakes: what is counted, blind and by many, held against the books."""
