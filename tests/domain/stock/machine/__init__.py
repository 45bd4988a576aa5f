"""Rules by which a shop's stock is moved at random, in the database and in a plain model."""
