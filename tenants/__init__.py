"""The kernel all stand on: scopes, keys, ids, values; imports nothing of ours."""
