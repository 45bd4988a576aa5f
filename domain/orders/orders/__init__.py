"""Orders: their states, lines and money."""
