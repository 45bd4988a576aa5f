"""The back door: arq wakes a worker, PostgreSQL says what there is to do."""
