"""From a cart to an order, in one unit of work."""
