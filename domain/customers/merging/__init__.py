"""Two cards of one person: suspected by what they share, merged by a member of staff, undone.

Rules: nothing is merged by itself. What moves is written down row by row, so that it can go back.
Consents and the messages under them stay with the card that they were given on: who merges cards
may be mistaken, and must not make a permission to write of it. The merged card stays as a signpost.
"""
