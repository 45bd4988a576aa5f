"""The demo's two suppliers: a tea shop and a hardware shop, their price lists and their pictures.

Everything is invented: brands, prices, barcodes (a range GS1 keeps for a company's own use), and
the same on every run, so that a second import finds nothing new.

- assortment/       what is sold, in words: one TOML file for each corner of a shop
- tea.py            teas, teaware and sweets -> offers
- families.py       a family of hardware unfolds into products and variants;  hardware.py  the shop
- retail.py         prices that look like prices, stocks, barcodes
- price_list_writer.py  offers -> YML, streaming
- pictures.py       a product picture drawn from its name, with pen.py;  *_drawings.py  the shapes
"""
