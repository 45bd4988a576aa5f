"""TXT records as a real name server gives them."""

import socket

import pytest

from domain.merchants.ports import RecordsUnavailable
from integrations.dns.records import DnsRecords
from tests.integrations.dns.servers import name_server

pytestmark = pytest.mark.anyio


async def test_records_come_whole_and_none_is_no_failure() -> None:
    async with name_server() as server:
        server.records = {
            "_ryad.tea.test": [["v=spf1 -all"], ["a" * 200, "b" * 200]],
            "empty.tea.test": [],
        }
        records = DnsRecords((server.place,))
        found = await records.texts("_ryad.tea.test")
        assert sorted(found) == ["a" * 200 + "b" * 200, "v=spf1 -all"]
        assert await records.texts("empty.tea.test") == []
        assert await records.texts("nobody.tea.test") == []


async def test_a_server_that_fails_or_is_away_is_told_apart_from_no_record() -> None:
    async with name_server() as server:
        server.is_broken = True
        with pytest.raises(RecordsUnavailable):
            await DnsRecords((server.place,)).texts("_ryad.tea.test")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody_answers:
        nobody_answers.bind(("127.0.0.1", 0))
        with pytest.raises(RecordsUnavailable):
            await DnsRecords((nobody_answers.getsockname(),)).texts("_ryad.tea.test")
