"""Offers to a YML price list, one at a time, so that a list of any length takes no memory."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from lxml import etree

from domain.feeds.ports import FeedCategory, FeedOffer, PriceList

_VAT_WORDS = {"none": "NO_VAT"}


def write_price_list(
    path: Path,
    head: PriceList,
    categories: Iterable[FeedCategory],
    offers: Iterable[FeedOffer],
) -> None:
    """Write a YML file that the reader of integrations/yml reads back as the same records."""
    with path.open("wb") as stream, etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        dated_at = "" if head.dated_at is None else f"{head.dated_at:%Y-%m-%d %H:%M}"
        with file.element("yml_catalog", date=dated_at), file.element("shop"):
            file.write("\n")
            for name, text in (("name", head.shop_name), ("company", head.company)):
                file.write(_element(name, text or ""), "\n")
            file.write(_element("url", head.url or ""), "\n")
            with file.element("currencies"):
                for rate in head.currencies:
                    file.write(etree.Element("currency", id=rate.code, rate=str(rate.rate)))
            file.write("\n")
            with file.element("categories"):
                for category in categories:
                    file.write("\n", _category(category))
            file.write("\n")
            with file.element("offers"):
                for offer in offers:
                    file.write("\n", _offer(offer))
            file.write("\n")


def _category(category: FeedCategory) -> etree._Element:
    element = _element("category", category.title)
    element.set("id", category.external_id)
    if category.parent_external_id is not None:
        element.set("parentId", category.parent_external_id)
    return element


def _offer(offer: FeedOffer) -> etree._Element:
    element = etree.Element("offer", id=offer.external_id)
    element.set("available", "true" if offer.available else "false")
    if offer.group_id is not None:
        element.set("group_id", offer.group_id)

    def child(name: str, text: str | None) -> None:
        if text is not None:
            etree.SubElement(element, name).text = text

    child("name", offer.title)
    child("url", offer.url)
    child("price", _money(offer.price_minor))
    child("oldprice", _money(offer.old_price_minor))
    child("purchase_price", _money(offer.purchase_price_minor))
    child("currencyId", offer.currency)
    child("categoryId", offer.category_external_id)
    for address in offer.pictures:
        child("picture", address)
    child("vendor", offer.brand)
    child("vendorCode", offer.vendor_code)
    if offer.description_html is not None:
        etree.SubElement(element, "description").text = etree.CDATA(offer.description_html)
    for barcode in offer.barcodes:
        child("barcode", barcode)
    for parameter in offer.parameters:
        written = etree.SubElement(element, "param", name=parameter.name)
        if parameter.unit:
            written.set("unit", parameter.unit)
        written.text = parameter.value
    child("weight", _thousandths(offer.weight_grams))
    child("country_of_origin", offer.country)
    child("vat", offer.vat and _VAT_WORDS.get(offer.vat, f"VAT_{offer.vat}"))
    child("count", _thousandths(offer.stock_quantity))
    return element


def _element(name: str, text: str) -> etree._Element:
    element = etree.Element(name)
    element.text = text
    return element


def _money(minor: int | None) -> str | None:
    return None if minor is None else f"{minor // 100}.{minor % 100:02}"


def _thousandths(value: int | None) -> str | None:
    """Grams as kilograms, thousandths as pieces: "0.35", "12"."""
    return None if value is None else f"{(Decimal(value) / 1000).normalize():f}"
