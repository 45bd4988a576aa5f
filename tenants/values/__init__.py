"""The plain values that a shop speaks in: money, quantities, dates, phones, tax numbers, names.

Each file is one noun. `parse_…` takes what a person or a file wrote and returns the one canonical
form that is stored and compared, or raises InvalidValue, whose reasons are a closed list
(`invalid.py`). Nothing here is rounded or guessed unseen, and nothing is a float.
"""
