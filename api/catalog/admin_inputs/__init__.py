"""What the admin's mutations of the catalogue take. In updates, left out = keep, null = clear."""
