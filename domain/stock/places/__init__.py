"""Places that hold goods: where they are, whom they serve, how near they are."""
