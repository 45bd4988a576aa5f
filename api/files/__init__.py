"""Files at the doors: uploads by GraphQL and a signed link, downloads, public pictures.

GraphQL carries no files. `uploadCreate` says what will come and gets a link; the bytes are PUT
there; what uses them (a picture, an import) names the upload's id. Every link that is wrong, over,
or another shop's is answered with the same 404.
"""
