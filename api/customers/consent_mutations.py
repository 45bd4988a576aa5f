"""What the merchant does with consents, and with a person's data as a whole."""

import strawberry

from api.customers import kinds
from api.customers.consent_types import AgreedInput, ConsentChannel, ConsentPurpose, ConsentText
from api.customers.mutations import WRITE, CustomerPayload
from api.inputs import ReferenceInput, ref, ref_of, reference
from api.mutation import Outcome, Payload, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import JSON, wanted_id
from domain.customers import tables
from domain.customers.consents.consents import Agreed, give_consents, withdraw_consents
from domain.customers.consents.texts import publish_text
from domain.customers.erasure import erase_customer, export_customer
from domain.customers.parts import lock_card
from tenants.scope import UnitOfWork


@strawberry.input
class ConsentTextPublishInput:
    """The words of a purpose in a language, from now on."""

    purpose: ConsentPurpose
    language: str
    text: str


@strawberry.input
class CustomerConsentsGiveInput:
    """What a customer agreed to on paper or on the phone."""

    customer: ReferenceInput = reference(kinds.CUSTOMER, required=True)
    consents: list[AgreedInput]


@strawberry.input
class CustomerConsentsWithdrawInput:
    """Which consents end: of a purpose, by a channel; all where neither is named."""

    customer: ReferenceInput = reference(kinds.CUSTOMER, required=True)
    purpose: ConsentPurpose | None = None
    channel: ConsentChannel | None = None


@strawberry.type
class ConsentTextPayload(Payload):
    """The words that are agreed to from now on."""

    consent_text: ConsentText | None = entity("consent_text", in_table(tables.ConsentText))


@strawberry.type
class CustomerExportPayload(Payload):
    """All that is kept of a person: rows by table. Shown this once."""

    data: JSON | None


def agreed(given: list[AgreedInput]) -> list[Agreed]:
    """What was ticked, as the domain takes it."""
    return [Agreed(wanted_id(one.text_id, kinds.CONSENT_TEXT), one.channel.value) for one in given]


@strawberry.type
class ConsentMutations:
    """Root fields of consents and of a person's data."""

    @mutation(permission="settings:write", returns=ConsentTextPayload)
    async def consent_text_publish(uow: UnitOfWork, input: ConsentTextPublishInput) -> Outcome:
        """Publish the words of a consent; earlier versions stay, for those who agreed to them."""
        made = await publish_text(
            uow, purpose=input.purpose.value, language=input.language, text=input.text
        )
        return {"consent_text": made}

    @mutation(permission=WRITE, returns=CustomerPayload)
    async def customer_consents_give(uow: UnitOfWork, input: CustomerConsentsGiveInput) -> Outcome:
        """Write down what a customer agreed to by word of mouth or on paper."""
        card = await lock_card(uow, ref(input.customer, kinds.CUSTOMER), "customer")
        await give_consents(uow, card["id"], agreed(input.consents), source="admin")
        return {"customer": card["id"]}

    @mutation(permission=WRITE, returns=CustomerPayload)
    async def customer_consents_withdraw(
        uow: UnitOfWork, input: CustomerConsentsWithdrawInput
    ) -> Outcome:
        """End consents of a customer who asked for it; no message goes out under them any more."""
        card = await lock_card(uow, ref(input.customer, kinds.CUSTOMER), "customer")
        await withdraw_consents(
            uow,
            card["id"],
            purpose=input.purpose.value if input.purpose else None,
            channel=input.channel.value if input.channel else None,
            by="admin",
        )
        return {"customer": card["id"]}

    @mutation(
        permission="export:run",
        returns=CustomerExportPayload,
        cost=50,
        needs_presence=True,
        shown_once=("data",),
    )
    async def customer_export(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Hand out all that is kept of a person, who has a right to it."""
        return {"data": await export_customer(uow, ref_of(kinds.CUSTOMER, id, external_id))}

    @mutation(permission=WRITE, returns=CustomerPayload, cost=50, needs_presence=True)
    async def customer_erase(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Destroy a person's data, for good. Sums and what the law keeps stay, without a name."""
        ref = ref_of(kinds.CUSTOMER, id, external_id)
        erased = await erase_customer(uow, ref, expected_version=expected_version)
        return {"customer": erased}
