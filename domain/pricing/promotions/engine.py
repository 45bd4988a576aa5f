"""The engine: facts of a cart and offers in; what each gives, or why it gives nothing, out.

It asks no database and no clock, so the same facts always give the same.
"""

from collections.abc import Sequence
from uuid import UUID

from domain.pricing.promotions.actions import taken_off
from domain.pricing.promotions.conditions import unmet
from domain.pricing.promotions.facts import Cart, Given, Offer, Reason, Refused, Result
from domain.pricing.promotions.rules import FreeDelivery, Gift
from tenants.values.money import allocate


def apply_offers(cart: Cart, offers: Sequence[Offer]) -> Result:
    """Ask all offers, each after those of higher priority. The order they come in says nothing."""
    sums = cart.sums
    given: list[Given] = []
    refused: list[Refused] = []
    for offer in sorted(offers, key=lambda one: (-one.priority, one.id, str(one.code_id or ""))):
        why = _refused(offer, cart, given)
        if why is None:
            one = _give(offer, cart, sums)
            if one:
                given.append(one)
                sums = [left - part for left, part in zip(sums, one.parts, strict=True)]
                continue
            why = Refused(offer, Reason.NOTHING_TO_GIVE)
        refused.append(why)
    return Result(given, refused)


def _refused(offer: Offer, cart: Cart, given: Sequence[Given]) -> Refused | None:
    """Why an offer cannot apply after those that did."""
    if offer.refused:
        return Refused(offer, offer.refused)
    if why := unmet(offer.rule, cart):
        return Refused(offer, why)
    for other in (one.offer for one in given):
        if offer.is_exclusive or other.is_exclusive or _are_rivals(offer, other):
            return Refused(offer, Reason.EXCLUDED, other.id)
    return None


def _are_rivals(offer: Offer, other: Offer) -> bool:
    """Whether only one of them may apply: of one group, or one promotion by two codes."""
    if offer.id == other.id:
        return True
    return offer.exclusion_group is not None and offer.exclusion_group == other.exclusion_group


def _give(offer: Offer, cart: Cart, sums: Sequence[int]) -> Given:
    """All that an offer's actions give, one after another, within its cap."""
    parts = [0] * len(sums)
    gifts: dict[UUID, int] = {}
    for action in offer.rule.actions:
        left = [minor - part for minor, part in zip(sums, parts, strict=True)]
        more = taken_off(action, cart, left)
        parts = [part + one for part, one in zip(parts, more, strict=True)]
        if isinstance(action, Gift):
            gifts[action.variant_id] = gifts.get(action.variant_id, 0) + action.quantity
    if offer.most_minor is not None and sum(parts) > offer.most_minor:
        parts = allocate(offer.most_minor, parts)
    is_free = any(isinstance(one, FreeDelivery) for one in offer.rule.actions)
    return Given(offer, parts, gifts, is_free)
