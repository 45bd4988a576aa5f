"""Units: goods that are known one by one, by serial numbers or marking codes."""
