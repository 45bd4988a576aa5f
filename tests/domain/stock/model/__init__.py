"""Stock as lists and sums in memory: what the database is held against.

Each room knows those before it: `lots`, `shelves` (what lies where, and codes of pieces), `holds`
(and what a supplier sends), `papers` (documents), `takings` (stocktakes, and the whole `Model`).
"""
