"""The admin's door names permissions that roles and keys can have, and no others."""

from graphql import GraphQLInterfaceType, GraphQLObjectType

from api.admin import SCHEMA
from api.engine.fields import PUBLIC, plan_of
from domain.merchants.permissions import PERMISSIONS


def test_every_permission_that_a_field_wants_can_be_given() -> None:
    wanted = {
        plan_of(field).permission
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        for field in kind.fields.values()
    }
    assert wanted - {None, PUBLIC} <= PERMISSIONS.keys()
