"""What tests of segments ask of a desk."""

from typing import Any, Final

from tests.api.conftest import Desk
from tests.api.customers.desk import ask

PREVIEW: Final = """query ($where: CustomerWhere!, $first: Int, $after: String) {
customerSegmentPreview(where: $where, first: $first, after: $after) {
  totalCount nodes { firstName } pageInfo { hasNextPage endCursor } } }"""
SEGMENT: Final = "{ id title note version where membership { count problem { path message } } }"
_ANSWER: Final = "{ customerSegment " + SEGMENT + " userErrors { code path message } } }"
CREATE: Final = (
    "mutation ($input: CustomerSegmentCreateInput!) { customerSegmentCreate(input: $input) "
    + _ANSWER
)
UPDATE: Final = (
    "mutation ($id: ID!, $input: CustomerSegmentUpdateInput!) "
    "{ customerSegmentUpdate(id: $id, input: $input) " + _ANSWER
)
DELETE: Final = """mutation ($id: ID!, $version: Int) {
customerSegmentDelete(id: $id, expectedVersion: $version) {
  customerSegmentId userErrors { code path } } }"""
READ: Final = "query ($id: ID!) { customerSegment(id: $id) " + SEGMENT + " }"
LIST: Final = "{ customerSegments { totalCount nodes " + SEGMENT + " } }"
MEMBERS: Final = """query ($id: ID!) { customerSegmentMembers(segmentId: $id) {
  totalCount nodes { id firstName } } }"""
TAKE: Final = """mutation ($id: ID!) { customerSegmentSnapshotTake(id: $id) {
  snapshot { id title where size takenAt actor segment { id } } userErrors { code path } } }"""
SNAPSHOTS: Final = """query ($id: ID!) { customerSegmentSnapshots(segmentId: $id) {
  totalCount nodes { id size } } }"""
THEN: Final = """query ($id: ID!) { customerSegmentSnapshotMembers(snapshotId: $id) {
  totalCount nodes { firstName } } }"""
FORGET: Final = """mutation ($id: ID!) { customerSegmentSnapshotDelete(id: $id) {
  customerSegment { id } userErrors { code path } } }"""
FIELD: Final = """mutation ($input: FieldDefinitionCreateInput!) {
  fieldDefinitionCreate(input: $input) { fieldDefinition { id } userErrors { code path } } }"""


def who(name: str, phone: str, **more: Any) -> dict[str, Any]:
    """A card to be made."""
    return {"firstName": name, "contacts": [{"kind": "PHONE", "value": phone}], **more}


async def told(desk: Desk, **where: Any) -> list[str]:
    """The first names of those whom a rule tells, in their order; they count as many."""
    found = await ask(desk, PREVIEW, where=where)
    assert found["totalCount"] == len(found["nodes"])
    return sorted(node["firstName"] for node in found["nodes"])


async def segment(desk: Desk, title: str, **where: Any) -> Any:
    """A new segment."""
    made = await ask(desk, CREATE, input={"title": title, "where": where})
    assert made["userErrors"] == []
    return made["customerSegment"]
