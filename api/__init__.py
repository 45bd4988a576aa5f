"""The front door: GraphQL over HTTP for storefronts, merchants and integrations."""
