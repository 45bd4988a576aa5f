"""The DNS, asked for what owners of names have written there."""
