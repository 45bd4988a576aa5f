"""What a shop sells, and how its window shows it.

A product is what a buyer looks at; its variants are what is put into a cart. Categories are a tree
that a shop files products in, collections are picked lists, attributes are typed facts that a
buyer filters by, fields are the merchant's own.

Rules:
- Every product has one variant at least, and no two of its variants have the same option values
  (`variant.options_key`; the table enforces it).
- A barcode leads to one variant of the shop, a slug to one thing of its kind; a slug that was
  changed goes on leading there (`slug_redirect`).
- The category tree has no rings; `category_ancestor` holds every category with all above it and
  itself (depth 0), so "in this category or below" is one equality.
- HTML is cleaned on its way in. What is stored can be shown.
- Quantities are whole thousandths of the product's unit; a date without a time is a local date.
- After a write that changes what a listing shows, the listing of those products is refreshed in
  the same unit of work.
"""
