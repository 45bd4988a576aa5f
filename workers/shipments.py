"""The jobs that ask carriers: what is not answered is tried again, and in the end left to staff."""

from collections.abc import Awaitable

from domain.orders.shipments.asking import ask_carrier, give_up
from domain.orders.shipments.following import NotSetUp, follow_shipment
from domain.orders.shipments.ports import Carriers, CarrierUnavailable
from tenants.jobs import MOST_FAILURES
from workers.runner import Course, LostJob, NotReady, RetryLater


async def run_shipment(course: Course, *, shipment_id: str, carriers: Carriers) -> None:
    """Job `shipments.ask`. When it fails for the last time, the shipment says why."""
    asked = ask_carrier(course, carriers, shipment_id=shipment_id)
    await _tried(course, asked, shipment_id, "waiting")


async def run_following(course: Course, *, shipment_id: str, carriers: Carriers) -> None:
    """Job `shipments.follow`. The same: else nobody would ask for news of the parcel again."""
    asked = follow_shipment(course, carriers=carriers, shipment_id=shipment_id)
    await _tried(course, asked, shipment_id, "booked")


async def _tried(course: Course, asked: Awaitable[None], shipment_id: str, state: str) -> None:
    """Ask. Where the way to the carrier is not set up, the job waits until it is."""
    try:
        await asked
    except LostJob:
        raise
    except NotSetUp as error:
        raise NotReady(str(error)) from error
    except Exception as error:
        if await course.failures() + 1 >= MOST_FAILURES:
            is_his = isinstance(error, CarrierUnavailable)
            problem = str(error) if is_his else "something went wrong; the job tells what"
            await give_up(course, shipment_id=shipment_id, problem=problem, state=state)
        if isinstance(error, CarrierUnavailable):
            raise RetryLater(str(error)) from error
        raise
