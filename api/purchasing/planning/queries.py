"""Reading what to buy."""

from datetime import UTC, datetime

import strawberry

from api.context import Info
from api.engine.fields import root
from api.purchasing import kinds
from api.purchasing.planning.types import PurchaseProposal
from api.purchasing.suppliers.queries import READ
from api.refusals import told
from api.scalars import Share, wanted_id
from api.stock.kinds import LOCATION
from domain.purchasing.planning.proposal_rows import proposal_row
from domain.purchasing.planning.proposals import propose

PROPOSAL_COST = 100


@strawberry.type
class ProposalQueries:
    """Root fields of what to buy."""

    @root(permission=READ, cost=PROPOSAL_COST)
    async def purchase_proposal(
        self,
        info: Info,
        supplier_id: strawberry.ID,
        location_id: strawberry.ID,
        service_level: Share | None = None,
    ) -> PurchaseProposal:
        """What to order of a supplier's fresh offers for a location, by the sales of half a year.

        `serviceLevel`: of how many orders out of one the goods are to last until the next has come,
        0.5 to 0.9999; left out, as is set for the supplier, or else in the shop's settings.
        """
        with told(info.context):
            proposal = await propose(
                info.context.reading,
                info.context.principal,
                supplier=wanted_id(supplier_id, kinds.SUPPLIER),
                location=wanted_id(location_id, LOCATION),
                service_level=service_level,
                now=datetime.now(UTC),
            )
        return proposal_row(proposal)  # type: ignore[return-value]
