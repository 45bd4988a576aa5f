"""Requests worth pasting: what a merchant or an integration does with the catalogue."""

from typing import Final

from api.explorer import Example

LIST: Final = """\
query Products($first: Int = 10, $after: String) {
  products(first: $first, after: $after, orderBy: [{field: UPDATED_AT, direction: DESC}]) {
    nodes {
      id
      version
      title
      status
      mainCategory { title }
      variants {
        sku
        options { name value }
        prices { amount { amount currencyCode } }
        stock { location { title } available }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
CREATE: Final = """\
mutation CreateProduct($input: ProductCreateInput!) @dryRun {
  productCreate(input: $input) {
    product { id slug variants { id sku options { name value } } }
    userErrors { code path message }
  }
}
"""
CREATE_VARIABLES: Final = """\
{
  "input": {
    "title": "Чай улун «Молочный»",
    "status": "ACTIVE",
    "externalId": {"source": "erp", "id": "000123"},
    "variants": [
      {"sku": "OOL-50", "options": [{"name": "Вес", "value": "50 г"}]},
      {"sku": "OOL-100", "options": [{"name": "Вес", "value": "100 г"}]}
    ]
  }
}
"""
IMPORTS: Final = """\
query Imports {
  priceListSources(first: 5) { nodes { id title url channel { title } } }
  jobs(first: 5, kind: "feeds.import") { nodes { id state progress lastError finishedAt } }
}
"""

EXAMPLES: Final = [
    Example("Products", LIST),
    Example("Make a product (a rehearsal: nothing is kept)", CREATE, CREATE_VARIABLES),
    Example("Price lists of suppliers", IMPORTS),
]
