"""The catalogue's types as the merchant sees them: all of each thing, shown or not."""
