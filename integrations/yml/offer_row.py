"""One <offer> of a price list, of any type: its children sorted once, then asked for values."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from domain.feeds.ports import (
    Dimensions,
    FeedOffer,
    FeedParameter,
    ProblemCode,
    ProblemLog,
    Severity,
    VatRate,
)
from integrations.yml.categories import MAX_ID_LENGTH, MAX_TITLE_LENGTH
from integrations.yml.decoding import is_mojibake
from integrations.yml.fields import STOCK_FIELDS, TEXT_FIELDS, TYPED_PARAMETERS
from integrations.yml.values import (
    has_check_digit,
    is_web_address,
    parse_currency,
    parse_dimensions,
    parse_flag,
    parse_price,
    parse_scaled,
    parse_vat,
    plain_text,
    short_text,
)

MAX_NAME_LENGTH = 200  # brands, vendor codes, countries
MAX_DESCRIPTION_LENGTH = 100_000
MAX_ADDRESS_LENGTH = 2_048
MAX_PARAMETER_NAME_LENGTH = 120
MAX_PARAMETER_LENGTH = 1_000
MAX_UNIT_LENGTH = 30
MAX_PARAMETERS = 200
MAX_PICTURES = 50
MAX_BARCODES = 50
MAX_PRICE_MINOR = 10**12
MAX_QUANTITY = 10**12  # thousandths: a billion pieces
MAX_WEIGHT_GRAMS = 10**8
MAX_SIDE_MM = 10**5

_LIST_SEPARATOR = re.compile(r"[,;\s]+")
_BROKEN_PAIR = re.compile("[РС][°±µ·ё№є»јЅѕїЂЃѓ„…†‡€‰Љ‹ЊЌЋЏ]")


class RowRefused(Exception):
    """This row cannot be kept; its one problem says why."""

    def __init__(self, code: ProblemCode, field: str, value: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.value = value


class MojibakeFound(Exception):
    """A title is UTF-8 taken for windows-1251; then so is the rest of the file."""


class OfferRow:
    """The children of one <offer>, sorted once, and the questions asked of them."""

    def __init__(
        self, element: etree._Element, external_id: str, line: int, problems: ProblemLog
    ) -> None:
        self._element = element
        self._external_id = external_id
        self._line = line
        self._problems = problems
        self._texts: dict[str, str] = {}  # of a repeated child, the first
        self._pictures: list[str] = []
        self._barcodes: list[str] = []
        self._parameters: list[tuple[str | None, str | None, str | None]] = []
        self._description: etree._Element | None = None
        self._type = element.get("type")

    def read(self, main_currency: str, *, deleted: bool) -> FeedOffer:
        """Raises RowRefused, MojibakeFound."""
        external_id = self._external_id
        if not external_id:
            raise RowRefused(ProblemCode.MISSING_ID, "id")
        if len(external_id) > MAX_ID_LENGTH:
            raise RowRefused(ProblemCode.TOO_LONG, "id", external_id)
        if deleted or parse_flag(self._element.get("deleted"), default=False):
            return FeedOffer(external_id, self._line, deleted=True, available=False)
        self._sort_children()
        texts = self._texts
        title = self._read_title()
        currency = self._read_currency(main_currency)
        price_minor = self._read_price(
            currency
        )  # the last that may refuse the row: no warnings yet
        codes = self._read_vendor_codes()
        available = self._element.get("available") or texts.get("available")
        return FeedOffer(
            external_id=external_id,
            line=self._line,
            title=title,
            group_id=self._read_short("group_id", self._element.get("group_id"), MAX_ID_LENGTH),
            category_external_id=self._read_category(),
            price_minor=price_minor,
            old_price_minor=self._read_other_price("oldprice", currency),
            purchase_price_minor=self._read_other_price("purchase_price", currency),
            currency=currency,
            brand=self._read_short("vendor", texts.get("vendor")),
            vendor_code=codes[0] if codes else None,
            other_vendor_codes=codes[1:],
            description_html=self._read_description(),
            pictures=self._read_pictures(),
            barcodes=self._read_barcodes(),
            parameters=self._read_parameters(),
            weight_grams=self._read_number("weight", 3, MAX_WEIGHT_GRAMS),
            dimensions=self._read_dimensions(),
            country=self._read_short("country_of_origin", texts.get("country_of_origin")),
            vat=self._read_vat(),
            available=parse_flag(available, default=True),
            stock_quantity=self._read_stock(),
            min_quantity=self._read_number("min-quantity", 3, MAX_QUANTITY),
            adult=parse_flag(texts.get("adult"), default=False),
            url=self._read_url(),
        )

    def _sort_children(self) -> None:
        texts, parameters = self._texts, self._parameters
        is_typed = self._type is not None
        for child in self._element:
            tag = child.tag
            if tag in TEXT_FIELDS:
                if tag not in texts:
                    texts[tag] = child.text or ""
            elif tag == "param":
                parameters.append((child.get("name"), child.get("unit"), child.text))
            elif tag == "picture":
                self._pictures.append((child.text or "").strip())
            elif tag == "description":
                self._description = child
            elif tag == "barcode":
                self._barcodes.append((child.text or "").strip())
            elif is_typed and tag in TYPED_PARAMETERS:
                parameters.append((TYPED_PARAMETERS[tag], None, child.text))

    def _read_title(self) -> str:
        texts = self._texts
        title = plain_text(texts.get("name", ""))
        if not title:
            # vendor.model composes its name, artist.title carries it in <title>.
            parts = ("typePrefix", "vendor", "model") if "model" in texts else ("title",)
            title = plain_text(" ".join(texts.get(part, "") for part in parts))
        if not title:
            raise RowRefused(ProblemCode.MISSING_TITLE, "name")
        if len(title) > MAX_TITLE_LENGTH:
            raise RowRefused(ProblemCode.TOO_LONG, "name", title)
        if _BROKEN_PAIR.search(title) and is_mojibake(title):
            raise MojibakeFound(title)
        return title

    def _read_currency(self, main_currency: str) -> str:
        text = self._texts.get("currencyId")
        if text is None:
            return main_currency
        currency = parse_currency(text)
        if currency is None:
            raise RowRefused(ProblemCode.BAD_CURRENCY, "currencyId", text)
        return currency

    def _read_price(self, currency: str) -> int:
        text = self._texts.get("price", "").strip()
        if not text:
            raise RowRefused(ProblemCode.MISSING_PRICE, "price")
        price = parse_price(text, currency)
        if price is None:
            is_long = len(text) > 15 and text.isdecimal()
            code = ProblemCode.ABSURD_PRICE if is_long else ProblemCode.BAD_PRICE
            raise RowRefused(code, "price", text)
        if price.value <= 0:
            is_zero = price.value == 0
            code = ProblemCode.ZERO_PRICE if is_zero else ProblemCode.NEGATIVE_PRICE
            raise RowRefused(code, "price", text)
        if price.value > MAX_PRICE_MINOR:
            raise RowRefused(ProblemCode.ABSURD_PRICE, "price", text)
        if not price.is_exact:
            self._warn(ProblemCode.ROUNDED_PRICE, "price", text)
        return price.value

    def _read_other_price(self, field: str, currency: str) -> int | None:
        """A price that may be missing; 0 is how suppliers write that it is."""
        text = self._texts.get(field)
        if text is None:
            return None
        price = parse_price(text, currency)
        if price is None or not 0 <= price.value <= MAX_PRICE_MINOR:
            self._warn(ProblemCode.BAD_PRICE, field, text)
            return None
        return price.value or None

    def _read_category(self) -> str | None:
        category_id = self._read_short("categoryId", self._texts.get("categoryId"), MAX_ID_LENGTH)
        if category_id is None and not self._texts.get("categoryId", "").strip():
            self._warn(ProblemCode.MISSING_CATEGORY, "categoryId", None)
        return category_id

    def _read_short(
        self, field: str, text: str | None, longest: int = MAX_NAME_LENGTH
    ) -> str | None:
        if not text:
            return None
        if len(text) <= longest:
            return short_text(text) or None
        self._warn(ProblemCode.TOO_LONG, field, text)
        return None

    def _read_vendor_codes(self) -> tuple[str, ...]:
        text = self._texts.get("vendorCode", "").strip()
        if len(text) > MAX_NAME_LENGTH:
            self._warn(ProblemCode.TOO_LONG, "vendorCode", text)
            return ()
        return tuple(code for part in text.split(",") if (code := plain_text(part)))

    def _read_description(self) -> str | None:
        element = self._description
        if element is None:
            return None
        html = element.text or ""
        if len(element):  # tags that nobody escaped or put into CDATA
            html += "".join(etree.tostring(each, encoding="unicode") for each in element)
        html = html.strip()
        if len(html) > MAX_DESCRIPTION_LENGTH:
            self._warn(ProblemCode.TOO_LONG, "description", html)
            return None
        return html or None

    def _read_pictures(self) -> tuple[str, ...]:
        addresses = [address for address in self._pictures if self._is_address("picture", address)]
        return self._cut_list("picture", addresses, MAX_PICTURES)

    def _read_url(self) -> str | None:
        address = self._texts.get("url", "").strip()
        return address if address and self._is_address("url", address) else None

    def _is_address(self, field: str, address: str) -> bool:
        if len(address) <= MAX_ADDRESS_LENGTH and is_web_address(address):
            return True
        code = ProblemCode.BAD_PICTURE if field == "picture" else ProblemCode.BAD_VALUE
        self._warn(code, field, address)
        return False

    def _read_barcodes(self) -> tuple[str, ...]:
        good: list[str] = []
        for text in self._barcodes:
            for barcode in (text,) if text.isdecimal() else _LIST_SEPARATOR.split(text):
                if has_check_digit(barcode):
                    good.append(barcode)
                elif barcode:
                    self._warn(ProblemCode.BAD_BARCODE, "barcode", barcode)
        return self._cut_list("barcode", good, MAX_BARCODES)

    def _cut_list(self, field: str, values: list[str], most: int) -> tuple[str, ...]:
        unique = tuple(dict.fromkeys(values))
        if len(unique) > most:
            self._warn(ProblemCode.TOO_MANY, field, str(len(unique)))
        return unique[:most]

    def _read_parameters(self) -> tuple[FeedParameter, ...]:
        if len(self._parameters) > MAX_PARAMETERS:
            self._warn(ProblemCode.TOO_MANY, "param", str(len(self._parameters)))
        kept: list[FeedParameter] = []
        for name, unit, value in self._parameters[:MAX_PARAMETERS]:
            if not name or not value:
                continue
            if (
                len(name) > MAX_PARAMETER_NAME_LENGTH
                or len(value) > MAX_PARAMETER_LENGTH
                or (unit and len(unit) > MAX_UNIT_LENGTH)
            ):
                self._warn(ProblemCode.TOO_LONG, "param", f"{name}: {value}")
            elif parameter := _parameter(name, unit, value):
                kept.append(parameter)
        return tuple(kept)

    def _read_number(self, field: str, digits: int, most: int) -> int | None:
        """A number of 0 or more; 0 says nothing of a weight or of the least order."""
        text = self._texts.get(field)
        if text is None:
            return None
        scaled = parse_scaled(text, digits)
        if scaled is None or not 0 <= scaled.value <= most:
            self._warn(ProblemCode.BAD_NUMBER, field, text)
            return None
        return scaled.value or None

    def _read_dimensions(self) -> Dimensions | None:
        text = self._texts.get("dimensions")
        if text is None:
            return None
        dimensions = parse_dimensions(text)
        if dimensions is None or max(dimensions) > MAX_SIDE_MM:
            self._warn(ProblemCode.BAD_NUMBER, "dimensions", text)
            return None
        return dimensions if all(dimensions) else None

    def _read_vat(self) -> VatRate | None:
        text = self._texts.get("vat")
        if text is None:
            return None
        vat = parse_vat(text)
        if vat is None:
            self._warn(ProblemCode.BAD_VALUE, "vat", text)
        return vat

    def _read_stock(self) -> int | None:
        """In thousandths: the offer's own count, else what its outlets have together."""
        for field in STOCK_FIELDS:
            if field in self._texts:
                return self._parse_stock(field, self._texts[field])
        counts = [
            self._parse_stock("outlet", text)
            for outlet in self._element.iterfind("outlets/outlet")
            if (text := outlet.get("instock")) is not None
        ]
        known = [count for count in counts if count is not None]
        return sum(known) if known else None

    def _parse_stock(self, field: str, text: str) -> int | None:
        scaled = parse_scaled(text, 3)
        if scaled is None or scaled.value > MAX_QUANTITY:
            self._warn(ProblemCode.BAD_NUMBER, field, text)
            return None
        if scaled.value < 0:  # sold more than there was: there is none
            self._warn(ProblemCode.BAD_NUMBER, field, text)
        return max(scaled.value, 0)

    def _warn(self, code: ProblemCode, field: str, value: str | None) -> None:
        self._problems.add(code, Severity.WARNING, self._line, self._external_id, field, value)


# The variants of a product repeat most of what is said of it.
@lru_cache(maxsize=4_096)
def _parameter(name: str, unit: str | None, value: str) -> FeedParameter | None:
    """The parameter in plain text; None when it was all blanks."""
    parameter = FeedParameter(
        plain_text(name), plain_text(unit) or None if unit else None, plain_text(value)
    )
    return parameter if parameter.name and parameter.value else None
