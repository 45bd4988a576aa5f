"""The names of an offer's children in YML and its dialects."""

from __future__ import annotations

STOCK_FIELDS = ("count", "stock_quantity", "quantity_in_stock", "quantity", "stock")

# Those read as one text. What is not named here, or below, is not an importer's business.
TEXT_FIELDS = frozenset(
    {
        "name",
        "typePrefix",
        "vendor",
        "model",
        "title",
        "vendorCode",
        "url",
        "available",
        "price",
        "oldprice",
        "purchase_price",
        "currencyId",
        "categoryId",
        "vat",
        "weight",
        "dimensions",
        "country_of_origin",
        "min-quantity",
        "adult",
        *STOCK_FIELDS,
    }
)

# What the typed offers (books, records, tours, tickets) say beside the usual, as parameters.
TYPED_PARAMETERS = {
    "author": "Автор",
    "publisher": "Издательство",
    "series": "Серия",
    "year": "Год",
    "ISBN": "ISBN",
    "language": "Язык",
    "binding": "Переплёт",
    "page_extent": "Количество страниц",
    "volume": "Количество томов",
    "part": "Том",
    "performed_by": "Читает",
    "performance_type": "Тип чтения",
    "storage": "Носитель",
    "format": "Формат",
    "recording_length": "Длительность",
    "artist": "Исполнитель",
    "media": "Носитель",
    "starring": "В ролях",
    "director": "Режиссёр",
    "originalName": "Оригинальное название",
    "worldRegion": "Часть света",
    "country": "Страна",
    "region": "Регион",
    "days": "Дней",
    "dataTour": "Дата заезда",
    "hotel_stars": "Звёзды",
    "room": "Номер",
    "meal": "Питание",
    "included": "Включено",
    "transport": "Транспорт",
    "place": "Место",
    "hall": "Зал",
    "hall_part": "Сектор",
    "date": "Дата",
}
