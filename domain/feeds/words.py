"""What a report says to the merchant: what was wrong, what became of it, what he can do."""

from collections.abc import Mapping
from typing import Final

from domain.feeds.ports import ProblemCode, RefusalCode, StopCode

Words = Mapping[str, str]
"""Language to text."""

PROBLEMS: Final[Mapping[str, Words]] = {
    ProblemCode.MISSING_ID: {
        "en": "The row has no id, so it cannot be told from others and was left out. "
        "Ask the supplier to give it one.",
        "ru": "У строки нет id, поэтому её не отличить от других: она пропущена. "
        "Попросите поставщика указать id.",
    },
    ProblemCode.DUPLICATE_ID: {
        "en": "This id stood in the file before; the later row was taken. "
        "If they are different goods, ask the supplier to give them different ids.",
        "ru": "Такой id в файле уже был; взята более поздняя строка. "
        "Если это разные товары, попросите поставщика дать им разные id.",
    },
    ProblemCode.MISSING_TITLE: {
        "en": "There is no title, so the row was left out. Ask the supplier to fill it in.",
        "ru": "Нет названия, строка пропущена. Попросите поставщика его заполнить.",
    },
    ProblemCode.MISSING_PRICE: {
        "en": "There is no price, so the row was left out. What the shop has of it stays.",
        "ru": "Нет цены, строка пропущена. Если товар уже был в магазине, он остался прежним.",
    },
    ProblemCode.ZERO_PRICE: {
        "en": "The price is zero, so the row was left out: nothing is sold for nothing by mistake.",
        "ru": "Цена равна нулю, строка пропущена, чтобы товар не продали даром по ошибке.",
    },
    ProblemCode.NEGATIVE_PRICE: {
        "en": "The price is below zero, so the row was left out. Ask the supplier to mend it.",
        "ru": "Цена меньше нуля, строка пропущена. Попросите поставщика её исправить.",
    },
    ProblemCode.ABSURD_PRICE: {
        "en": "The price is too high to be one, so the row was left out. "
        "Ask the supplier to mend it.",
        "ru": "Цена слишком велика, чтобы быть ценой, строка пропущена. "
        "Попросите поставщика её исправить.",
    },
    ProblemCode.BAD_PRICE: {
        "en": "The price cannot be read without a guess and was left out; without a price of its "
        "own so was the row. It is written as 1234.50.",
        "ru": "Цену нельзя прочесть однозначно, она пропущена, а если это основная цена — то и вся "
        "строка. Цену пишут так: 1234.50.",
    },
    ProblemCode.ROUNDED_PRICE: {
        "en": "The price has parts of a kopeck and was rounded.",
        "ru": "В цене есть доли копейки, она округлена.",
    },
    ProblemCode.BAD_CURRENCY: {
        "en": "The price is in a currency that the price list of the shop is not in. "
        "Let the source write to a price list in that currency.",
        "ru": "Цена не в той валюте, что прайс-лист магазина. "
        "Выберите для источника прайс-лист в этой валюте.",
    },
    ProblemCode.MISSING_CATEGORY: {
        "en": "No category is named, so the product was filed nowhere. File it by hand.",
        "ru": "Категория не указана, товар никуда не отнесён. Отнесите его вручную.",
    },
    ProblemCode.UNKNOWN_CATEGORY: {
        "en": "The file has no category of this id, so its products were filed nowhere. "
        "File them by hand, or ask the supplier to list the category.",
        "ru": "В файле нет категории с таким id, её товары никуда не отнесены. Отнесите их вручную "
        "или попросите поставщика добавить категорию.",
    },
    ProblemCode.UNKNOWN_PARENT: {
        "en": "The category above this one is not in the file; it became a top one. "
        "Move it where it belongs: it will stay there.",
        "ru": "Родительской категории нет в файле, эта стала корневой. "
        "Переместите её куда нужно: там она и останется.",
    },
    ProblemCode.CATEGORY_CYCLE: {
        "en": "The categories are inside each other in a ring; this one became a top one. "
        "Move it where it belongs: it will stay there.",
        "ru": "Категории вложены друг в друга по кругу; эта стала корневой. "
        "Переместите её куда нужно: там она и останется.",
    },
    ProblemCode.BAD_BARCODE: {
        "en": "The barcode has a wrong check digit, or another product of the shop has it; "
        "the offer was taken without it.",
        "ru": "У штрихкода неверная контрольная цифра, или он уже есть у другого товара магазина; "
        "предложение взято без него.",
    },
    ProblemCode.BAD_PICTURE: {
        "en": "This is no address of a picture on the web; the offer was taken without it.",
        "ru": "Это не адрес картинки в интернете; предложение взято без неё.",
    },
    ProblemCode.BAD_NUMBER: {
        "en": "The number cannot be read, or cannot be so; the offer was taken without it "
        "(a stock below zero as zero).",
        "ru": "Число не читается или не бывает таким; предложение взято без него "
        "(остаток меньше нуля — как ноль).",
    },
    ProblemCode.BAD_VALUE: {
        "en": "The value is none that this field can have; the offer was taken without it.",
        "ru": "Такого значения у этого поля не бывает; предложение взято без него.",
    },
    ProblemCode.TOO_LONG: {
        "en": "The text is too long and was left out; without its id or title so was the row.",
        "ru": "Текст слишком длинный и пропущен; если это id или название — то и вся строка.",
    },
    ProblemCode.TOO_MANY: {
        "en": "There are more of them than one product may have; the rest was left out.",
        "ru": "Их больше, чем бывает у одного товара; лишние пропущены.",
    },
    ProblemCode.SAME_CHOICE: {
        "en": "The product has a variant with just these options already, so this offer was left "
        "out. If the supplier has given it a new id, delete the old variant and import again.",
        "ru": "У товара уже есть вариант ровно с такими параметрами, предложение пропущено. Если "
        "поставщик сменил его id, удалите прежний вариант и повторите импорт.",
    },
    ProblemCode.TOO_MANY_MISSING: {
        "en": "Too many offers vanished from the file at once (missing / on sale), so none was put "
        "away. If that is right, raise the source's mostMissingPercent and import again.",
        "ru": "Из файла пропало слишком много предложений сразу (пропало / в продаже), поэтому ни "
        "одно не убрано. Если так и должно быть, поднимите mostMissingPercent источника и "
        "повторите импорт.",
    },
}

_BROKEN: Final = {
    "en": "The file is damaged, so nothing of it was taken. Save or download it anew.",
    "ru": "Файл повреждён, ничего не взято. Сохраните или скачайте его заново.",
}
_HOSTILE: Final = {
    "en": "The file declares entities, which a price list never needs; nothing was taken.",
    "ru": "В файле объявлены сущности (ENTITY), прайс-листу они не нужны; ничего не взято.",
}
_ENCODING: Final = {
    "en": "The file is not in the encoding that its first line names; nothing was taken. "
    "Save it in UTF-8.",
    "ru": "Файл не в той кодировке, что указана в первой строке; ничего не взято. "
    "Сохраните его в UTF-8.",
}
_NOT_YML: Final = {
    "en": "This is no price list in YML (an XML file whose root is yml_catalog); "
    "an archive has to be unpacked first.",
    "ru": "Это не прайс-лист в YML (файл XML с корнем yml_catalog); архив сначала распакуйте.",
}
_TOO_LARGE: Final = {
    "en": "The file is larger than a price list may be; nothing was taken. Split it in two.",
    "ru": "Файл больше, чем бывает прайс-лист; ничего не взято. Разделите его на два источника.",
}
_ADDRESS: Final = {
    "en": "The address leads nowhere on the web that a price list could be; mend the source's url.",
    "ru": "По этому адресу в интернете прайс-листа быть не может; исправьте адрес источника.",
}
_LATER: Final = {
    "en": "The supplier's server could not be reached just now. Try again later.",
    "ru": "Сервер поставщика сейчас недоступен. Попробуйте позже.",
}

REFUSALS: Final[Mapping[str, Words]] = {
    RefusalCode.EMPTY: {
        "en": "The file is empty; nothing was changed.",
        "ru": "Файл пуст; ничего не изменено.",
    },
    RefusalCode.NOT_XML: _NOT_YML,
    RefusalCode.NOT_A_PRICE_LIST: _NOT_YML,
    RefusalCode.BROKEN_XML: _BROKEN,
    RefusalCode.TRUNCATED: {
        "en": "The file breaks off in the middle, so nothing of it was taken. Download it anew.",
        "ru": "Файл обрывается на середине, ничего не взято. Скачайте его заново.",
    },
    RefusalCode.ENTITY_DECLARED: _HOSTILE,
    RefusalCode.EXTERNAL_ENTITY: _HOSTILE,
    RefusalCode.UNKNOWN_ENCODING: _ENCODING,
    RefusalCode.WRONG_ENCODING: _ENCODING,
    RefusalCode.TOO_LARGE: _TOO_LARGE,
    RefusalCode.TOO_DEEP: _BROKEN,
    RefusalCode.ROW_TOO_LARGE: {
        "en": "A row of the file is larger than 2 MB, or a text of it is, so nothing was taken. "
        "Ask the supplier to mend the row.",
        "ru": "Одна из строк файла или её текст больше 2 МБ, поэтому ничего не взято. "
        "Попросите поставщика исправить эту строку.",
    },
    RefusalCode.TOO_MANY_OFFERS: _TOO_LARGE,
    RefusalCode.TOO_MANY_CATEGORIES: _TOO_LARGE,
    RefusalCode.NO_OFFERS: {
        "en": "There are no offers in the file; nothing was changed.",
        "ru": "В файле нет предложений; ничего не изменено.",
    },
    StopCode.LIMIT_REACHED: {
        "en": "The plan allows no more products or variants. What came before stays; "
        "choose a larger plan and import again.",
        "ru": "Тариф не позволяет больше товаров или вариантов. Взятое раньше осталось; "
        "выберите тариф побольше и повторите импорт.",
    },
    StopCode.FILE_GONE: {
        "en": "The uploaded file is no longer kept. Upload it again.",
        "ru": "Загруженный файл уже не хранится. Загрузите его снова.",
    },
    StopCode.BROKEN: {
        "en": "The import failed for a reason of ours. What came before stays; try again later.",
        "ru": "Импорт не удался по нашей вине. Взятое раньше осталось; попробуйте позже.",
    },
    StopCode.WORKER_LOST: {
        "en": "The import was cut short. What came before stays; import again.",
        "ru": "Импорт прервался. Взятое раньше осталось; повторите импорт.",
    },
    "fetch.address": _ADDRESS,
    "fetch.private_address": _ADDRESS,
    "fetch.redirects": _ADDRESS,
    "fetch.content_type": _NOT_YML,
    "fetch.not_there": {
        "en": "The supplier's server says that there is nothing at this address for us.",
        "ru": "Сервер поставщика отвечает, что по этому адресу для нас ничего нет.",
    },
    "fetch.too_large": _TOO_LARGE,
    "fetch.damaged": _BROKEN,
    "fetch.unreachable": _LATER,
    "fetch.too_slow": _LATER,
    "fetch.server_trouble": _LATER,
}


def words_of(told: Mapping[str, Words], code: str, language: str) -> str:
    """The text for a code, in English for a language that has none of its own."""
    words = told[code]
    return words.get(language, words["en"])
