"""The explorer page: its policy, and a browser that runs a query on it."""

import re
import shutil
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from api.explorer import Example, Explorer
from tests.api.toy_door import ToyCaller, client, toy_door

QUERY = "query Greet($n: String!) {\n  hello(name: $n)\n}\n# </script><b>"
EXPLORER = Explorer("Tea shop", [Example("A greeting", QUERY, '{"n": "Ира"}')], key="pk_test_1")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


async def test_browsers_get_the_page_and_programs_the_api() -> None:
    async with client(toy_door(explorer=EXPLORER)) as http:
        page = await http.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
        api = await http.get(
            "/", params={"query": "{ hello }"}, headers={"Accept": "text/html,*/*"}
        )
        head = await http.head("/", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert api.json()["data"] == {"hello": "Hello, you"}
    assert (head.status_code, head.content) == (200, b"")


async def test_a_door_without_an_explorer_shows_none() -> None:
    async with client(toy_door()) as http:
        assert (await http.get("/", headers={"Accept": "text/html"})).status_code == 406


async def test_the_page_runs_its_own_script_only() -> None:
    async with client(toy_door(explorer=EXPLORER)) as http:
        one, two = [await http.get("/", headers={"Accept": "text/html"}) for _ in range(2)]
    policy = one.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy != two.headers["content-security-policy"]
    [nonce] = set(re.findall(r'nonce="([^"]+)"', one.text))
    assert f"'nonce-{nonce}'" in policy
    assert not re.findall(r"(?:src|href)=\"(?!data:,)", one.text)
    assert one.text.count("</script>") == 2  # the example's own does not end the facts


@pytest.fixture
def served() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        door = toy_door(ToyCaller(), explorer=EXPLORER)
        server = uvicorn.Server(uvicorn.Config(door, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join(10)


async def test_a_person_runs_a_query_and_reads_the_schema(served: str) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    from playwright.async_api import async_playwright

    async with async_playwright() as tools:
        browser = await tools.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        await page.goto(served)
        assert await page.input_value("#key") == "pk_test_1"
        assert await page.input_value("#query") == QUERY
        await page.focus("#query")
        await page.keyboard.press("Control+Enter")
        await page.locator("#result", has_text="Ира").wait_for()  # the page's policy forbids eval
        assert await page.inner_text("#status") == "200"
        await page.fill("#query", "{ hello }")
        await page.click("role=tab[name=Headers]")
        await page.fill("#headers", '{"Idempotency-Key": ')
        await page.click("#run")
        await page.locator("#result", has_text="The headers are not JSON").wait_for()
        sent: list[str | None] = []
        page.on("request", lambda request: sent.append(request.headers.get("idempotency-key")))
        await page.fill("#headers", '{"Idempotency-Key": "one"}')
        await page.click("#run")
        await page.locator("#result", has_text="Hello, you").wait_for()
        assert sent == ["one"]
        await page.select_option("#examples", "a1")  # what was asked before this
        assert await page.input_value("#query") == QUERY
        assert await page.input_value("#headers") == "{}"
        await page.click("#docs-toggle")
        await page.click("#docs .link >> text=Query")
        await page.click("#docs .link >> text=ProductConnection")
        assert "totalCount" in await page.inner_text("#docs")
        await browser.close()
    assert faults == []
