"""What the report of an import of balances says: what is wrong, and what can be done about it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.stock.sheets.sheets import SheetRefusal


class RowProblem(StrEnum):
    """All that can be wrong with a row; it was left out."""

    EXTRA_CELLS = "extra_cells"
    REQUIRED = "required"
    UNKNOWN_VARIANT = "unknown_variant"
    AMBIGUOUS_VARIANT = "ambiguous_variant"
    UNKNOWN_LOCATION = "unknown_location"
    BAD_QUANTITY = "bad_quantity"
    NEGATIVE_QUANTITY = "negative_quantity"
    TOO_PRECISE = "too_precise"
    TOO_MUCH = "too_much"
    BAD_COST = "bad_cost"
    UNKNOWN_UNIT = "unknown_unit"
    OTHER_UNIT = "other_unit"
    BAD_DATE = "bad_date"
    EXPIRED_BEFORE_MADE = "expired_before_made"
    OTHER_LOT_DATES = "other_lot_dates"
    BAD_TEXT = "bad_text"
    TWICE = "twice"
    NOT_EMPTY = "not_empty"
    CHANGED_SINCE = "changed_since"
    BELOW_RESERVED = "below_reserved"
    GONE = "gone"
    REFUSED = "refused"


PROBLEMS: Final[Mapping[str, Mapping[str, str]]] = {
    RowProblem.EXTRA_CELLS: {
        "en": "The row has more cells than the head: is a quote or a separator missing?",
        "ru": "В строке больше ячеек, чем в заголовке: не пропущены ли кавычка или разделитель?",
    },
    RowProblem.REQUIRED: {"en": "This cell must not be empty.", "ru": "Ячейка не заполнена."},
    RowProblem.UNKNOWN_VARIANT: {
        "en": "There is no such variant in this shop.",
        "ru": "Такого варианта в магазине нет.",
    },
    RowProblem.AMBIGUOUS_VARIANT: {
        "en": "Several variants have this SKU; name the one that is meant by its id or barcode.",
        "ru": "Этот артикул у нескольких вариантов; укажите id или штрихкод нужного.",
    },
    RowProblem.UNKNOWN_LOCATION: {
        "en": "There is no location with this code or id.",
        "ru": "Склада с таким кодом или id нет.",
    },
    RowProblem.BAD_QUANTITY: {
        "en": "A quantity is digits and a point, such as 2 or 0.250.",
        "ru": "Количество — это цифры и точка, например 2 или 0.250.",
    },
    RowProblem.NEGATIVE_QUANTITY: {
        "en": "There cannot be less than nothing.",
        "ru": "Остаток не бывает меньше нуля.",
    },
    RowProblem.TOO_PRECISE: {
        "en": "A quantity has at most three places after the point.",
        "ru": "У количества не больше трёх знаков после точки.",
    },
    RowProblem.TOO_MUCH: {
        "en": "This is more than can be counted.",
        "ru": "Больше, чем можно учесть.",
    },
    RowProblem.BAD_COST: {
        "en": "A cost is digits and a point in the shop's currency, such as 1234.50, from 0.",
        "ru": "Себестоимость — цифры и точка в валюте магазина, например 1234.50, от 0.",
    },
    RowProblem.UNKNOWN_UNIT: {
        "en": "There is no such unit; write one of the product's, such as piece or kilogram.",
        "ru": "Такой единицы нет; пишите единицу товара, например piece или kilogram.",
    },
    RowProblem.OTHER_UNIT: {
        "en": "The product is counted in another unit.",
        "ru": "Этот товар считают в другой единице.",
    },
    RowProblem.BAD_DATE: {
        "en": "A date is written as 2026-01-31 or 31.01.2026.",
        "ru": "Дату пишут как 2026-01-31 или 31.01.2026.",
    },
    RowProblem.EXPIRED_BEFORE_MADE: {
        "en": "The lot would expire before it was made.",
        "ru": "Срок годности кончается раньше даты изготовления.",
    },
    RowProblem.OTHER_LOT_DATES: {
        "en": "This lot of the variant is known with other dates.",
        "ru": "Эта партия уже заведена с другими датами.",
    },
    RowProblem.BAD_TEXT: {
        "en": "The text is too long, or has letters that cannot be shown.",
        "ru": "Текст слишком длинный или содержит непечатаемые знаки.",
    },
    RowProblem.TWICE: {
        "en": "The same balance stands in an earlier row: its line is the value.",
        "ru": "Этот остаток уже есть выше, в строке с номером из значения.",
    },
    RowProblem.NOT_EMPTY: {
        "en": "Something is on hand there: an opening balance begins from nothing. Use a count.",
        "ru": "Там уже есть остаток, а начальный вводят с нуля. Загрузите пересчёт.",
    },
    RowProblem.CHANGED_SINCE: {
        "en": "What was on hand has changed since the file was checked: the value is what is now.",
        "ru": "Остаток изменился после проверки файла: сейчас он такой, как в значении.",
    },
    RowProblem.BELOW_RESERVED: {
        "en": "Less than what is reserved, which is the value.",
        "ru": "Меньше, чем зарезервировано (см. значение).",
    },
    RowProblem.GONE: {
        "en": "The variant or the location was deleted after the file was checked.",
        "ru": "Вариант или склад удалён после проверки файла.",
    },
    RowProblem.REFUSED: {
        "en": "The ledger refused it, in the words of the value.",
        "ru": "Строку не принял журнал движений, причина — в значении.",
    },
}

REFUSALS: Final[Mapping[str, Mapping[str, str]]] = {
    SheetRefusal.EMPTY: {
        "en": "There is no row in the file.",
        "ru": "В файле нет ни одной строки.",
    },
    SheetRefusal.NOT_A_SHEET: {
        "en": "This is neither a CSV nor a whole XLSX. Save it as one of them.",
        "ru": "Это не CSV и не целый XLSX. Сохраните файл в одном из этих видов.",
    },
    SheetRefusal.WRONG_ENCODING: {
        "en": "The text is not UTF-8 from this line on. Save the file as “CSV UTF-8”, or XLSX.",
        "ru": "С этой строки текст не в UTF-8. Сохраните файл как «CSV UTF-8» или XLSX.",
    },
    SheetRefusal.BROKEN: {
        "en": "The file is broken at this place. Save it anew.",
        "ru": "Файл в этом месте повреждён. Сохраните его заново.",
    },
    SheetRefusal.TOO_LARGE: {
        "en": "The file unpacks to more than a sheet of balances can be.",
        "ru": "После распаковки файл больше, чем бывает таблица остатков.",
    },
    SheetRefusal.TOO_MANY_ROWS: {
        "en": "The file has more than 200,000 rows. Split it.",
        "ru": "В файле больше 200 000 строк. Разделите его.",
    },
    SheetRefusal.TOO_MANY_COLUMNS: {
        "en": "The file has more than 100 columns, or one out of place.",
        "ru": "В файле больше 100 столбцов или они перепутаны.",
    },
    SheetRefusal.CELL_TOO_LONG: {
        "en": "A cell is longer than any text of a balance. Is a quote not closed?",
        "ru": "Слишком длинная ячейка. Возможно, не закрыта кавычка.",
    },
    SheetRefusal.COLUMN_MISSING: {
        "en": "The head lacks a column that is needed, or has it twice.",
        "ru": "В заголовке нет нужного столбца, или он указан дважды.",
    },
    SheetRefusal.FILE_GONE: {
        "en": "The file is no longer kept. Upload it again.",
        "ru": "Файл больше не хранится. Загрузите его снова.",
    },
    SheetRefusal.STOPPED: {
        "en": "The import stopped for a reason of ours. Apply it again, or upload the file anew.",
        "ru": "Загрузка остановилась по нашей вине. Примените её ещё раз или загрузите файл снова.",
    },
}
