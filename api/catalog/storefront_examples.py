"""Queries worth pasting: what a shop window asks for, page by page."""

from typing import Final

from api.explorer import Example

LISTING: Final = """\
query Listing($first: Int = 24, $after: String) {
  products(first: $first, after: $after, orderBy: [{field: PRICE}], where: {availableOnly: true}) {
    totalCount
    nodes {
      slug
      title
      priceRange { min { amount currencyCode } max { amount } }
      image { url(width: 320) alt }
      variants {
        sku
        price { amount }
        compareAtPrice { amount }
        available
        options { name value }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
PRODUCT: Final = """\
query Product($slug: String!) {
  product(slug: $slug) {
    id
    slug
    redirectedFrom
    title
    descriptionHtml
    brand { title slug }
    mainCategory { title slug ancestors { title slug } }
    images { url(width: 800) alt }
    options { name values }
    variants {
      id
      sku
      options { name value }
      price { amount currencyCode }
      compareAtPrice { amount }
      available
      availableQuantity
      barcodes
    }
    attributes { name value unit }
    seo { title description }
  }
}
"""
SEARCH: Final = """\
query Search($query: String!, $where: ProductWhere) {
  search(query: $query, where: $where, first: 12) {
    totalCount
    correctedQuery
    usedLayout
    nodes { title priceRange { min { amount currencyCode } } available }
    facets { kind code title unit values { value title count } }
    priceRange { min { amount } max { amount } }
    availability { available unavailable }
  }
}
"""
TREE: Final = """\
query Tree {
  categories {
    title
    slug
    productCount
    children { title slug productCount }
  }
}
"""
SUGGESTIONS: Final = """\
query Suggestions($prefix: String!) {
  suggestions(prefix: $prefix) {
    queries
    categories { title slug }
    brands { title slug }
    products { title slug priceRange { min { amount currencyCode } } image { url(width: 160) } }
  }
}
"""

EXAMPLES: Final = [
    Example("A listing of products with variants, prices, options and pictures", LISTING),
    Example(
        "A product page, found by its slug",
        PRODUCT,
        '{"slug": "zelenyi-chai-luntszin-kolodets-drakona-sbor-do-tsinmina"}',
    ),
    Example(
        "A search with facets: «xfq» is «чай» on the wrong keyboard layout",
        SEARCH,
        '{"query": "xfq", "where": {"price": {"lte": "1000"}}}',
    ),
    Example("The category tree with product counts", TREE),
    Example("Suggestions while a buyer types «ул»", SUGGESTIONS, '{"prefix": "ул"}'),
]
