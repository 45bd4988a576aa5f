"""Promotions at the admin's door: made, moved on, refused, given codes, and seen in quotes."""

from typing import Any

import pytest

from tenants.ids import encode_id, new_id
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_categories, add_products

pytestmark = pytest.mark.anyio

GOODS = "{ of { productIds categoryIds } without { brandIds } fullPriceOnly }"
RULE = f"""conditions {{
    cart {{ goods {GOODS} quantity sum {{ amount currencyCode }} }} firstOrder
    customers {{ customerGroupIds }} channels {{ channelIds }} hours {{ weekdays since until }} }}
  actions {{
    percent {{ percent goods {GOODS} }} amount {{ amount {{ amount }} each }}
    fixedPrice {{ price {{ amount }} }} gift {{ variantId quantity }} freeDelivery
    buyGet {{ buyUnits getUnits percent mostTimes get {GOODS} }} }}
  mostDiscount {{ amount currencyCode }}"""
CREATE = f"""mutation ($input: PromotionCreateInput!) {{ promotionCreate(input: $input) {{
  promotion {{ id state version allowedActions {RULE} }} userErrors {{ code path }} }} }}"""
UPDATE = f"""mutation ($id: ID!, $input: PromotionUpdateInput!) {{
  promotionUpdate(id: $id, input: $input) {{
    promotion {{ title version {RULE} }} userErrors {{ code path }} }} }}"""
STEP = """mutation ($id: ID!) { %s(id: $id) {
  promotion { state allowedActions } userErrors { code path } } }"""
ADD = """mutation ($input: PromotionCodesAddInput!) { promotionCodesAdd(input: $input) {
  codes { id code usageLimit } userErrors { code path } } }"""
GENERATE = """mutation ($input: PromotionCodesGenerateInput!) {
  promotionCodesGenerate(input: $input) {
    codes { id code series usageLimit uses } userErrors { code path } } }"""
REVOKE = """mutation ($ids: [ID!]!) { promotionCodesRevoke(ids: $ids) {
  codes { code revokedAt } userErrors { code path } } }"""
QUOTE = """query ($input: PriceQuoteInput!, $at: DateTime) { priceQuote(input: $input, at: $at) {
  total { amount } discount { amount } freeDelivery
  promotions { promotion { title } code discount { amount } }
  codes { code applies reason promotion { title } excludedBy { title } }
  lines { variant { sku } isGift quantity total { amount } vat { amount { amount } }
    priceTrace { step sum { amount } promotion { title } code } } } }"""
EVERY_ACTION = ["UPDATE", "ACTIVATE", "ADD_CODES", "ARCHIVE"]


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    shop = desks.ours.shop
    await add_categories(shop, {"Чай": {"Зелёный": {}}, "Посуда": {}})
    await add_products(
        shop,
        P("Сенча", [V("A", 333_00)], categories=["Зелёный"]),
        P("Чашка", [V("B", 499_00)], categories=["Посуда"]),
        P("Ложка", [V("C", 100_50, compare_at=200_00)]),
    )
    await add_products(desks.neighbour.shop, P("Чужой", [V("X", 1)]))
    return desks.ours


def roubles(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "RUB"}


def percent(amount: str, **goods: Any) -> dict[str, Any]:
    return {"percent": {"percent": amount, **({"goods": goods} if goods else {})}}


async def make(desk: Desk, *actions: dict[str, Any], **facts: Any) -> str:
    """A promotion that runs; its id."""
    codes = facts.pop("codes", None)
    rule = {"actions": list(actions), "conditions": facts.pop("when", [])}
    given = {"title": "Акция", "rule": rule, "needsCode": codes is not None, **facts}
    made = (await desk.admin.ask(CREATE, input=given))["promotionCreate"]
    assert made["userErrors"] == []
    promotion_id: str = made["promotion"]["id"]
    if codes:
        given = {"promotionId": promotion_id, "codes": codes}
        assert (await desk.admin.ask(ADD, input=given))["promotionCodesAdd"]["userErrors"] == []
    assert (await step(desk, "promotionActivate", promotion_id))["userErrors"] == []
    return promotion_id


async def step(desk: Desk, name: str, promotion_id: str) -> dict[str, Any]:
    done: dict[str, Any] = (await desk.admin.ask(STEP % name, id=promotion_id))[name]
    return done


async def quoted(desk: Desk, *codes: str, at: str | None = None, **buyer: Any) -> dict[str, Any]:
    """Three of A, one of B and two of C: 1699.00."""
    lines = [
        {"variant": {"id": encode_id("var", desk.shop.variants[sku])}, "quantity": quantity}
        for sku, quantity in (("A", "3"), ("B", "1"), ("C", "2"))
    ]
    given = {"lines": lines, "codes": list(codes), "buyer": buyer}
    quote: dict[str, Any] = (await desk.admin.ask(QUOTE, input=given, at=at))["priceQuote"]
    return quote


async def test_every_kind_of_rule_is_kept_as_it_was_given(desk: Desk) -> None:
    product = encode_id("prd", desk.shop.products["Сенча"])
    category = encode_id("cat", desk.shop.categories["Чай"])
    group = """mutation { customerGroupCreate(input: {code: "club", title: "Клуб"}) {
      customerGroup { id } } }"""
    club = (await desk.admin.ask(group))["customerGroupCreate"]["customerGroup"]["id"]
    variant = encode_id("var", desk.shop.variants["B"])
    channel = encode_id("chn", desk.shop.channel)
    goods = {"categoryIds": [category], "without": {"brandIds": []}, "fullPriceOnly": True}
    rule = {
        "conditions": [
            {"cart": {"goods": {"productIds": [product]}, "quantity": "2", "sum": roubles("10")}},
            {"customers": {"customerGroupIds": [club]}},
            {"firstOrder": True},
            {"channels": {"channelIds": [channel]}},
            {"hours": {"weekdays": [5, 1], "since": "18:00", "until": "02:30"}},
        ],
        "actions": [
            percent("12.5", **goods),
            {"amount": {"amount": roubles("5.00"), "each": True}},
            {"fixedPrice": {"price": roubles("99.90")}},
            {"gift": {"variantId": variant, "quantity": "2"}},
            {"buyGet": {"buyUnits": 2, "getUnits": 1, "percent": "50", "mostTimes": 3}},
        ],
        "mostDiscount": roubles("1000.00"),
    }
    given = {"title": "Всё сразу", "rule": rule}
    promotion = (await desk.admin.ask(CREATE, input=given))["promotionCreate"]["promotion"]
    assert promotion["state"] == "DRAFT"
    assert promotion["allowedActions"] == EVERY_ACTION
    cart, customers, first, channels, hours = promotion["conditions"]
    nothing: dict[str, Any] = {"productIds": [], "categoryIds": []}
    assert cart["cart"] == {
        "goods": {
            "of": {**nothing, "productIds": [product]},
            "without": {"brandIds": []},
            "fullPriceOnly": False,
        },
        "quantity": "2",
        "sum": roubles("10.00"),
    }
    assert customers["customers"] == {"customerGroupIds": [club]}
    assert (first["firstOrder"], cart["firstOrder"]) == (True, False)
    assert channels["channels"] == {"channelIds": [channel]}
    assert hours["hours"] == {"weekdays": [1, 5], "since": "18:00", "until": "02:30"}
    share, amount, fixed, gift, buy = promotion["actions"]
    assert share["percent"]["percent"] == "12.5"
    assert share["percent"]["goods"]["of"] == {**nothing, "categoryIds": [category]}
    assert share["percent"]["goods"]["fullPriceOnly"] is True
    assert amount["amount"] == {"amount": {"amount": "5.00"}, "each": True}
    assert fixed["fixedPrice"] == {"price": {"amount": "99.90"}}
    assert gift["gift"] == {"variantId": variant, "quantity": "2"}
    assert (buy["buyGet"]["percent"], buy["buyGet"]["mostTimes"]) == ("50", 3)
    assert promotion["mostDiscount"] == roubles("1000.00")


async def test_a_rule_is_changed_as_a_whole(desk: Desk) -> None:
    promotion_id = await make(desk, percent("10"), {"amount": {"amount": roubles("1")}})
    changes = {"title": "Другая", "rule": {"actions": [{"freeDelivery": True}]}}
    said = (await desk.admin.ask(UPDATE, id=promotion_id, input=changes))["promotionUpdate"]
    assert said["promotion"]["title"] == "Другая"
    (action,) = said["promotion"]["actions"]
    assert action["freeDelivery"] is True
    stale = {"expectedVersion": 1, "title": "x"}
    said = (await desk.admin.ask(UPDATE, id=promotion_id, input=stale))["promotionUpdate"]
    assert said["userErrors"] == [{"code": "CONFLICT", "path": ["expectedVersion"]}]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"rule": {"actions": []}}, "REQUIRED", "rule.actions"),
        ({"rule": {"actions": [percent("5")] * 6}}, "TOO_MANY", "rule.actions"),
        ({"rule": {"actions": [percent("0")]}}, "INVALID", "rule.actions.0.percent.percent"),
        ({"rule": {"actions": [percent("100.01")]}}, "INVALID", "rule.actions.0.percent.percent"),
        ({"rule": {"actions": [percent("NaN")]}}, "INVALID", "rule.actions.0.percent.percent"),
        ({"rule": {"actions": [percent("1.005")]}}, "INVALID", "rule.actions.0.percent.percent"),
        (
            {"rule": {"actions": [{"amount": {"amount": roubles("-1")}}]}},
            "INVALID",
            "rule.actions.0.amount.amount.amount",
        ),
        (
            {"rule": {"actions": [{"buyGet": {"buyUnits": 0, "getUnits": 1}}]}},
            "INVALID",
            "rule.actions.0.buyGet.buyUnits",
        ),
        (
            {"rule": {"actions": [{"freeDelivery": False}]}},
            "REQUIRED",
            "rule.actions.0.freeDelivery",
        ),
        (
            {
                "rule": {
                    "actions": [{"amount": {"amount": roubles("1")}}],
                    "mostDiscount": {"amount": "1", "currencyCode": "USD"},
                }
            },
            "INVALID",
            "rule.mostDiscount.currencyCode",
        ),
        (
            {"rule": {"actions": [percent("5")], "conditions": [{"hours": {"since": "25:00"}}]}},
            "INVALID",
            "rule.conditions.0.hours.since",
        ),
        (
            {"rule": {"actions": [percent("5")], "conditions": [{"hours": {"weekdays": [8]}}]}},
            "INVALID",
            "rule.conditions.0.hours.weekdays",
        ),
        ({"priority": 1_001}, "INVALID", "priority"),
        ({"usageLimit": 0}, "INVALID", "usageLimit"),
        ({"title": " "}, "REQUIRED", "title"),
        ({"offerMinutes": 5}, "INVALID", "offerMinutes"),
        (
            {"startsAt": "2030-01-02T00:00:00Z", "endsAt": "2030-01-01T00:00:00Z"},
            "INVALID",
            "endsAt",
        ),
    ],
)
async def test_what_cannot_be_is_refused(
    desk: Desk, change: dict[str, Any], code: str, path: str
) -> None:
    given = {"title": "Акция", "rule": {"actions": [percent("5")]}, **change}
    said = (await desk.admin.ask(CREATE, input=given))["promotionCreate"]
    assert said["userErrors"] == [{"code": code, "path": path.split(".")}]
    assert (await desk.admin.ask("{ promotions { totalCount } }"))["promotions"]["totalCount"] == 0


async def test_what_a_rule_names_must_be_ours(desk: Desk, desks: TwoDesks) -> None:
    theirs = encode_id("var", desks.neighbour.shop.variants["X"])
    for variant in (theirs, encode_id("var", new_id())):
        goods = {"variantIds": [encode_id("var", desk.shop.variants["A"]), variant]}
        given = {"title": "Акция", "rule": {"actions": [percent("5", **goods)]}}
        said = (await desk.admin.ask(CREATE, input=given))["promotionCreate"]
        path = ["rule", "actions", "0", "percent", "goods", "variantIds", "1"]
        assert said["userErrors"] == [{"code": "NOT_FOUND", "path": path}]
        given = {"title": "Акция", "rule": {"actions": [{"gift": {"variantId": variant}}]}}
        said = (await desk.admin.ask(CREATE, input=given))["promotionCreate"]
        path = ["rule", "actions", "0", "gift", "variantId"]
        assert said["userErrors"] == [{"code": "NOT_FOUND", "path": path}]


async def test_from_draft_to_archive(desk: Desk) -> None:
    promotion_id = await make(desk, percent("10"))
    running = ["UPDATE", "PAUSE", "ADD_CODES", "ARCHIVE"]
    again = await step(desk, "promotionActivate", promotion_id)
    assert again["userErrors"] == [{"code": "NOT_ALLOWED", "path": ["id"]}]
    for name, state, actions in (
        ("promotionPause", "PAUSED", EVERY_ACTION),
        ("promotionActivate", "ACTIVE", running),
        ("promotionArchive", "ARCHIVED", []),
    ):
        done = await step(desk, name, promotion_id)
        assert done["promotion"] == {"state": state, "allowedActions": actions}
    assert (await quoted(desk))["discount"]["amount"] == "0.00"
    listed = """{ promotions(where: {state: {in: [ARCHIVED]}, needsCode: {eq: false}}) {
      nodes { id uses } } }"""
    found = (await desk.admin.ask(listed))["promotions"]["nodes"]
    assert found == [{"id": promotion_id, "uses": 0}]


async def test_a_quote_tells_every_step(desk: Desk) -> None:
    tea = encode_id("cat", desk.shop.categories["Чай"])
    await make(desk, percent("10", categoryIds=[tea]), title="Чайная неделя", priority=10)
    await make(desk, {"amount": {"amount": roubles("100")}}, title="Сто рублей", codes=["СТО"])
    quote = await quoted(desk, " c-т-o ")
    assert quote["discount"]["amount"] == "199.90"
    assert [
        (one["promotion"]["title"], one["discount"]["amount"]) for one in quote["promotions"]
    ] == [
        ("Чайная неделя", "99.90"),
        ("Сто рублей", "100.00"),
    ]
    assert quote["lines"][0]["priceTrace"] == [
        {"step": "PRICE", "sum": {"amount": "999.00"}, "promotion": None, "code": None},
        {
            "step": "PROMOTION",
            "sum": {"amount": "899.10"},
            "promotion": {"title": "Чайная неделя"},
            "code": None,
        },
        {
            "step": "PROMOTION",
            "sum": {"amount": "842.87"},
            "promotion": {"title": "Сто рублей"},
            "code": "СТО",
        },
    ]
    (code,) = quote["codes"]
    assert (code["code"], code["applies"], code["reason"]) == (" c-т-o ", True, None)


async def test_a_gift_is_a_line_that_costs_nothing(desk: Desk) -> None:
    cup = encode_id("var", desk.shop.variants["B"])
    enough = {"cart": {"sum": roubles("1699")}}
    await make(desk, {"gift": {"variantId": cup}}, {"freeDelivery": True}, when=[enough])
    quote = await quoted(desk)
    assert quote["freeDelivery"] is True
    assert quote["total"]["amount"] == "1699.00"
    assert [line["isGift"] for line in quote["lines"]] == [False, False, False, True]
    assert quote["lines"][-1]["priceTrace"][0]["step"] == "GIFT"
    assert quote["lines"][-1]["total"]["amount"] == "0.00"


async def test_each_code_says_why_it_does_not_apply(desk: Desk) -> None:
    first = {"firstOrder": True}
    await make(desk, percent("5"), codes=["FIRST"], when=[first])
    await make(desk, percent("5"), codes=["SPRING"], startsAt="2031-03-01T00:00:00Z")
    await make(desk, percent("5"), codes=["OLD"], endsAt="2020-03-01T00:00:00Z")
    await make(desk, percent("5"), codes=["ALONE"], isExclusive=True, title="Одна", priority=1)
    paused = await make(desk, percent("5"), codes=["PAUSED"])
    await step(desk, "promotionPause", paused)
    dollars = {"amount": {"amount": {"amount": "1", "currencyCode": "USD"}}}
    await make(desk, dollars, codes=["USD"])
    given = ["ALONE", "FIRST", "SPRING", "OLD", "PAUSED", "USD", "NONE", "alone"]
    answers = (await quoted(desk, *given))["codes"]
    assert {one["code"]: one["reason"] for one in answers} == {
        "ALONE": None,
        "FIRST": "FIRST_ORDER",
        "SPRING": "NOT_STARTED",
        "OLD": "ENDED",
        "PAUSED": "NOT_ACTIVE",
        "USD": "OTHER_CURRENCY",
        "NONE": "UNKNOWN_CODE",
        "alone": None,
    }
    later = await quoted(desk, "ALONE", "SPRING", at="2031-03-01T00:00:00Z", isFirstOrder=True)
    assert [one["reason"] for one in later["codes"]] == [None, "EXCLUDED"]
    assert later["codes"][1]["excludedBy"] == {"title": "Одна"}
    eleven = {"lines": [], "codes": ["X"] * 11}
    assert (await desk.admin.send(QUOTE, input=eleven)).json()["errors"]


async def test_codes_are_made_found_and_revoked(desk: Desk) -> None:
    promotion_id = await make(desk, percent("10"), codes=["ПЕРВЫЙ"])
    given = {"promotionId": promotion_id, "count": 1_000, "series": "Весна"}
    made = (await desk.admin.ask(GENERATE, input=given))["promotionCodesGenerate"]["codes"]
    codes = {one["code"] for one in made}
    assert len(codes) == 1_000
    assert {(one["series"], one["usageLimit"], one["uses"]) for one in made} == {("Весна", 1, 0)}
    assert not set("".join(codes)) & set("0O1IL")
    code = made[0]
    assert (await quoted(desk, code["code"].lower().replace("-", "")))["codes"][0]["applies"]
    done = (await desk.admin.ask(REVOKE, ids=[code["id"]]))["promotionCodesRevoke"]
    assert done["codes"][0]["revokedAt"]
    assert (await desk.admin.ask(REVOKE, ids=[code["id"]]))["promotionCodesRevoke"]["codes"] == []
    assert (await quoted(desk, code["code"]))["codes"][0]["reason"] == "NOT_ACTIVE"
    listed = """query ($id: ID!) { promotionCodes(where: {promotionId: {eq: $id},
      series: {isNull: true}}) { nodes { code promotion { id } } } }"""
    found = (await desk.admin.ask(listed, id=promotion_id))["promotionCodes"]["nodes"]
    assert found == [{"code": "ПЕРВЫЙ", "promotion": {"id": promotion_id}}]


async def test_codes_that_cannot_be(desk: Desk, desks: TwoDesks) -> None:
    promotion_id = await make(desk, percent("10"), codes=["ПЕРВЫЙ"])
    other = await make(desk, percent("10"))

    async def refused(promotion: str, *codes: str) -> list[Any]:
        given = {"promotionId": promotion, "codes": list(codes)}
        said = (await desk.admin.ask(ADD, input=given))["promotionCodesAdd"]
        return [(one["code"], one["path"]) for one in said["userErrors"]]

    assert await refused(other, "НОВЫЙ", "первый") == [("TAKEN", ["codes", "1"])]
    assert await refused(other, "НОВЫЙ", "н-о-в-ы-й") == [("INVALID", ["codes"])]
    assert await refused(other, "a-b") == [("INVALID", ["codes", "0"])]
    assert await refused(other) == [("REQUIRED", ["codes"])]
    assert await refused(other, *(f"CODE{at}" for at in range(101))) == [("TOO_MANY", ["codes"])]
    theirs = await make(desks.neighbour, percent("10"), codes=["ПЕРВЫЙ"])
    assert await refused(theirs, "НОВЫЙ") == [("NOT_FOUND", ["promotionId"])]
    await step(desk, "promotionArchive", promotion_id)
    assert await refused(promotion_id, "НОВЫЙ") == [("NOT_ALLOWED", ["promotionId"])]
    too_many = {"promotionId": other, "count": 1_001}
    said = (await desk.admin.ask(GENERATE, input=too_many))["promotionCodesGenerate"]
    assert said["userErrors"] == [{"code": "INVALID", "path": ["count"]}]


async def test_promotions_want_their_permission(desk: Desk) -> None:
    clerk = await desk.clerk("prices:read", "prices:write")
    given = {"title": "Акция", "rule": {"actions": [percent("5")]}}
    for answer in (
        await clerk.send(CREATE, input=given),
        await clerk.send("{ promotions { totalCount } }"),
    ):
        assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
