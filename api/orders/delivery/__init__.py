"""Ways of delivery: the merchant's door, and what a cart may choose of."""
