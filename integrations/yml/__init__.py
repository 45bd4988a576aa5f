"""Price lists in YML, the XML format of Russian marketplaces: read in one pass, memory flat.

    with open_yml(Path("prices.xml")) as reading:
        for record in reading.records(): ...

- reader.py      the pass over the file: bounds, refusals, what is let go of and when
- decoding.py    bytes in any encoding -> UTF-8;  prolog.py  what stands before the root
- categories.py  the tree, parents first
- offers.py      the list of offers;  offer_row.py  one of them;  fields.py  its children's names
- values.py      words to numbers: money, quantities, VAT, currencies, barcodes
- seen_ids.py    which ids came before, in a few bytes each

Format: https://yandex.ru/support/marketplace/assortment/files/yml.html; where real files differ
from it, the file that parses without a guess is read, and the rest is a problem in the log.
"""
