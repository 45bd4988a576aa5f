"""Files: what does not belong into rows (uploads, pictures, price lists, exports).

A name is a path of plain parts, `uploads/fil_…`; it says nothing of where the bytes lie. Each file
that somebody may ask for has a row in `stored_file`, written before its bytes: whatever is cut on
the way is found by its row and removed on the day that the row says. A link to a file is signed,
names one tenant, one file and one use, and ends; a wrong one is answered as one that never was.
"""
