"""Returns: what buyers want to give back, what has come, and what is owed to them for it."""
