"""A GraphQL engine over rows: fields, limits, documents, execution. It knows no shop.

Rules of the room:
- An object is a row (asyncpg.Record, dict, named tuple, dataclass). A leaf is an item of its row.
- A relation is a batch field: all parents in, their values out in the same order, one call a level.
- Nothing here imports from outside `api.engine`; what differs comes in as arguments.
- Work before execution is linear in the bytes of a document, and capped by `limits.Limits`.
- A client is shown `errors.PublicError` only; any other exception is INTERNAL and a log line.
"""
