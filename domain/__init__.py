"""What the business does; knows no HTTP, no queue, no vendor."""
