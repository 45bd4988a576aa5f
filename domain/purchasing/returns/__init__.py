"""Returns to suppliers: what goes back, at the price it came for."""
