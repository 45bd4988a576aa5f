"""A shop whose parcels the demo's carrier takes, and what is asked of them."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, update

from domain.orders.shipments.asking import ask_carrier
from domain.orders.shipments.following import FOLLOW, follow_shipment
from domain.orders.shipments.shipments import ASK
from integrations.carriers.trial_server import Depot
from integrations.carriers.ways import KnownCarriers
from tenants.jobs import Job
from tenants.ledger import EventRow
from tests.api.orders.test_delivery import made
from tests.api.orders.test_letters import PICK
from tests.api.orders.till import ADDRESS, Till, roubles
from tests.fakes.courses import PlainCourse

CARRIER: Final = """mutation ($input: CarrierCreateInput!) { carrierCreate(input: $input) {
  carrier { id title numbers numbersLeft ranges { first last given } }
  userErrors { code path } } }"""
CHANGE: Final = """mutation ($id: ID!, $input: CarrierUpdateInput!) {
  carrierUpdate(id: $id, input: $input) { carrier { isActive } userErrors { code path } } }"""
NUMBERS: Final = """mutation ($input: TrackingNumbersAddInput!) {
  trackingNumbersAdd(input: $input) { carrier { numbersLeft ranges { first last given } }
  userErrors { code path } } }"""
BOOK: Final = """mutation ($id: ID!, $carrier: ReferenceInput!) {
  handOverBook(id: $id, carrier: $carrier) {
    handOver { carrier trackingNumber shipment { state } } userErrors { code path } } }"""
RETRY: Final = """mutation ($id: ID!) { shipmentRetry(id: $id) {
  shipment { state allowedActions problem } userErrors { code path } } }"""
INBOX: Final = """{ shipments(where: {state: {eq: FAILED}}) { totalCount nodes {
  id state task problem allowedActions carrier trackingNumber price { amount } } } }"""
SEEN: Final = """query ($id: ID!) { order(id: $id) { state handOvers { state carrier trackingNumber
  shipment { state status reference trackingLink price { amount }
    steps { status words place } } } } }"""
BUYERS: Final = """query ($token: String!) { order(token: $token) { state parcels {
  state carrier trackingNumber tracking { status link steps { status words } } } } }"""


@dataclass
class Road:
    """A shop whose courier's parcels the demo's carrier takes."""

    till: Till
    carriers: KnownCarriers
    depot: Depot
    carrier: str

    async def order(self, city: str = "Тверь") -> Any:
        way = await made(
            self.till, carrier={"id": self.carrier}, zones=[{"steps": [{"price": roubles("100")}]}]
        )
        address = {**ADDRESS, "city": city}
        return await self.till.order(self.till.line("TEA"), deliveryMethodId=way, address=address)

    async def pick(self, order: Any) -> str:
        picked = await self.till.do(PICK, id=order["id"])
        assert picked["userErrors"] == []
        return str(picked["handOver"]["id"])

    async def jobs(self, kind: str) -> None:
        """Do the jobs of a kind that wait, whenever they are due."""
        waiting = update(Job).where(Job.kind == kind, Job.state == "queued").values(state="done")
        async with self.till.desk.shop.scope.writing("test") as uow:
            found = await uow.rows(waiting.returning(Job.arguments))
        for job in found:
            await self.do(kind, job["arguments"])

    async def do(self, kind: str, arguments: dict[str, str]) -> None:
        course = PlainCourse(self.till.desk.shop.scope)
        if kind == ASK:
            await ask_carrier(course, self.carriers, **arguments)
        else:
            await follow_shipment(course, carriers=self.carriers, **arguments)

    async def pass_time(self, steps: int) -> None:
        """Let parcels move on, and ask of them."""
        for parcel in self.depot.parcels.values():
            parcel["at"] -= steps * self.depot.pace
        await self.jobs(FOLLOW)

    async def events(self) -> list[str]:
        rows = await self.till.desk.shop.scope.reading.rows(
            select(EventRow.type).order_by(EventRow.sequence)
        )
        return [row["type"] for row in rows if row["type"].startswith(("shipment", "tracking"))]
