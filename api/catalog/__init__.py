"""The catalogue at the two doors: the shop window for buyers, all of it for the merchant.

The storefront's fields read `domain.catalog.window`: what is not in the window is not there.
"""
