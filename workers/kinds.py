"""Every kind of job, by its name, and the domain function that does it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.catalog.changes import refill_collections, relist, settle_listing
from domain.catalog.media_files import forget_pictures, store_waiting
from domain.customers.accounts.codes import send_code
from domain.files.fetching import Fetcher
from domain.files.ports import FileStore
from domain.files.stored_files import remove_file
from domain.mail.ports import Mailer, MailRefused, MailUnavailable
from domain.merchants import post
from domain.merchants.erasure import erase_tenant
from domain.merchants.export import run_export
from domain.merchants.host_proofs import prove_host
from domain.merchants.ports import TextRecords
from domain.merchants.reception import Reception
from domain.merchants.secrets import reseal_secrets
from domain.merchants.sweeping import sweep
from domain.orders.desk.exports import EXPORT as EXPORT_ORDERS
from domain.orders.desk.exports import run_order_export
from domain.orders.drafts.expiring import EXPIRE as EXPIRE_DRAFT
from domain.orders.drafts.expiring import expire_draft
from domain.orders.letters.sending import LETTERS, send_of_order
from domain.orders.orders.unpaid import WATCH, watch_unpaid
from domain.orders.shipments.following import FOLLOW
from domain.orders.shipments.ports import Carriers
from domain.orders.shipments.shipments import ASK
from domain.purchasing.orders.overdue import OVERDUE, tell_overdue
from domain.stock.holds.ends import expire_past_holds
from domain.stock.holds.rows import EXPIRE
from domain.stock.markdowns.ends import end_all
from domain.stock.markdowns.watching import END
from domain.stock.nights import NIGHT, work_at_night
from domain.stock.notices.letters import SignLink, send_back_in_stock
from domain.stock.notices.waiting import TELL, write_to_waiting
from domain.stock.sheets.exports import run_stock_export
from domain.stock.sheets.import_runs import forget_rows
from domain.stock.sheets.sheets import OpenSheet, WriteSheet
from domain.stock.stocktakes.posting import POST, post_stocktake
from workers.imports import OpenPriceList, run_import
from workers.runner import Course, GiveUp, Kind, RetryLater
from workers.shipments import run_following, run_shipment
from workers.stock_sheets import run_stock_import


@dataclass(frozen=True, slots=True)
class Tools:
    """What jobs need of the outside; `workers.settings` picks it."""

    reception: Reception
    mailer: Mailer
    files: FileStore
    fetcher: Fetcher
    records: TextRecords
    open_price_list: OpenPriceList
    open_sheet: OpenSheet
    write_sheet: WriteSheet
    sign_link: SignLink
    carriers: Carriers


def kinds_of(tools: Tools) -> Mapping[str, Kind]:
    """The kinds that this worker does."""
    letters = post.Post(tools.reception, tools.mailer)
    return {
        "mail.sign_up": _letter(post.send_sign_up_letter, letters),
        "mail.invitation": _letter(post.send_invitation, letters),
        "mail.password_reset": _letter(post.send_password_reset, letters),
        "mail.new_sign_in": _letter(post.send_new_sign_in, letters),
        "mail.account_changed": _letter(post.send_account_changed, letters),
        "mail.back_in_stock": _letter(
            partial(send_back_in_stock, sign_link=tools.sign_link), letters
        ),
        "mail.customer_code": _letter(send_code, letters),
        **{
            f"mail.{name}": _letter(partial(send_of_order, letter=name), letters)
            for name in LETTERS
        },
        "feeds.import": Kind(
            course=partial(
                run_import,
                store=tools.files,
                fetcher=tools.fetcher,
                open_price_list=tools.open_price_list,
            )
        ),
        "stock.import": Kind(
            course=partial(run_stock_import, store=tools.files, open_sheet=tools.open_sheet)
        ),
        "stock.export": Kind(
            course=partial(run_stock_export, store=tools.files, write_sheet=tools.write_sheet)
        ),
        EXPORT_ORDERS: Kind(
            course=partial(run_order_export, store=tools.files, write_sheet=tools.write_sheet)
        ),
        "stock.import_forget": Kind(step=forget_rows),
        "files.remove": Kind(course=partial(remove_file, store=tools.files)),
        "collections.refill": Kind(course=refill_collections),
        "listing.relist": Kind(course=relist),
        "listing.settle": Kind(course=settle_listing),
        "media.store": Kind(
            course=partial(store_waiting, store=tools.files, fetcher=tools.fetcher)
        ),
        "media.forget": Kind(step=forget_pictures),
        "export.run": Kind(course=partial(run_export, store=tools.files)),
        "host.prove": Kind(
            course=partial(prove_host, records=tools.records, fetcher=tools.fetcher)
        ),
        "tenant.erase": Kind(
            course=partial(erase_tenant, reception=tools.reception, files=tools.files)
        ),
        "platform.sweep": Kind(course=partial(sweep, reception=tools.reception)),
        POST: Kind(course=post_stocktake),
        OVERDUE: Kind(step=tell_overdue),
        EXPIRE: Kind(step=expire_past_holds),
        END: Kind(course=end_all),
        NIGHT: Kind(course=work_at_night),
        TELL: Kind(course=write_to_waiting),
        WATCH: Kind(step=watch_unpaid),
        EXPIRE_DRAFT: Kind(step=expire_draft),
        ASK: Kind(course=partial(run_shipment, carriers=tools.carriers)),
        FOLLOW: Kind(course=partial(run_following, carriers=tools.carriers)),
        "secrets.reseal": Kind(step=partial(reseal_secrets, masters=tools.reception.masters)),
    }


def _letter(send: Callable[..., Awaitable[None]], letters: post.Post) -> Kind:
    """A letter's job: a busy mail server is tried again, an address that is refused is not."""

    async def deliver(course: Course, **facts: Any) -> None:
        try:
            await send(course, letters, **facts)
        except MailUnavailable as error:
            raise RetryLater(str(error)) from error
        except MailRefused as error:
            raise GiveUp(str(error)) from error

    return Kind(course=deliver)
