"""Files from strangers' addresses over HTTP, without a way into our own network."""
