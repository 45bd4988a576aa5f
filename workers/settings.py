"""The worker process: arq's settings, the kinds of jobs, and the adapters that they need."""

import asyncio
import logging
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

import httpx
import orjson
from arq import func
from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.worker import create_worker
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisSlow

from domain.files.links import signed_url
from domain.mail.ports import Message
from domain.merchants.sweeping import plan_sweep
from domain.opening import reception_of
from integrations.carriers.ways import KnownCarriers
from integrations.dns.records import DnsRecords
from integrations.fetching.http import http_fetcher
from integrations.files.stores import file_store
from integrations.messages.ways import mailer_of
from integrations.sheets.reader import open_sheet
from integrations.sheets.writer import write_sheet
from integrations.yml.reader import open_yml
from tenants.database import open_pool
from tenants.jobs import LEASE
from tenants.platform import platform_scope
from tenants.platform_tables import NOBODYS
from tenants.scope import TenantScope
from tenants.settings import Settings, settings
from workers.kinds import Tools, kinds_of
from workers.memory import collect_rarely
from workers.relay import NotWoken, relay_for_ever
from workers.runner import NotReady, run_job

log = logging.getLogger(__name__)

QUEUE: Final = "ryad:jobs"
MOST_AT_ONCE: Final = 10
STOP_SECONDS: Final = 3
"""How long a stopping worker waits for its jobs; then it gives them back."""


FOR_EVER: Final = -1
A_MOMENT: Final = 3


class Patience(ExponentialBackoff):
    """Up to five seconds between tries of reaching Redis, and a word about it now and then."""

    def compute(self, failures: int) -> float:
        """Seconds to wait after so many failures; beyond ten the power of two would overflow."""
        if failures % 10 == 0:
            log.warning("Redis does not answer, waiting for it; ./ryad doctor may know why")
        return super().compute(min(failures, 10))


def redis_settings(chosen: Settings, *, retries: int = FOR_EVER) -> RedisSettings:
    """How arq reaches Redis: however long that is away, the worker waits for it and goes on."""
    found = RedisSettings.from_dsn(chosen.redis_url.get_secret_value())
    found.retry = Retry(Patience(cap=5), retries)
    found.retry_on_error = [RedisGone, RedisSlow, OSError]
    return found


def _pack(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, default=str)


async def start(context: dict[str, Any]) -> None:
    """Open what jobs need, and begin to relay."""
    chosen = settings()
    ending = context["ending"] = AsyncExitStack()
    pool = await ending.enter_async_context(
        open_pool(
            chosen.database_url.get_secret_value(),
            size=chosen.pool_size,
            statement_timeout="60s",
            name="ryad worker",
            setting=chosen.tenant_setting,
        )
    )
    platform_pool = await ending.enter_async_context(
        open_pool(
            chosen.database_platform_url.get_secret_value(),
            size=4,
            name="ryad relay",
            setting=chosen.tenant_setting,
        )
    )
    context["pool"] = pool
    context["setting"] = chosen.tenant_setting
    context["platform"] = await platform_scope(platform_pool, reason="job relay")
    fetcher = await ending.enter_async_context(
        http_fetcher(private_addresses_allowed=chosen.private_addresses_allowed)
    )
    web = await ending.enter_async_context(httpx.AsyncClient())
    context["kinds"] = kinds_of(
        Tools(
            reception=reception_of(chosen, platform_pool),
            mailer=mailer_of(chosen, otherwise=NoMailer()),
            files=file_store(chosen),
            open_price_list=open_yml,
            open_sheet=open_sheet,
            write_sheet=write_sheet,
            sign_link=partial(signed_url, chosen),
            fetcher=fetcher,
            records=DnsRecords(),
            carriers=KnownCarriers(web, chosen.test_carrier_url),
        )
    )
    redis: ArqRedis = await create_pool(
        redis_settings(chosen, retries=A_MOMENT),
        job_serializer=_pack,
        job_deserializer=orjson.loads,
        default_queue_name=QUEUE,
    )
    ending.push_async_callback(redis.aclose)

    async def wake(job_id: UUID, attempt: int) -> None:
        try:
            await redis.enqueue_job("run", str(job_id), attempt, _job_id=f"{job_id}:{attempt}")
        except (RedisError, OSError) as error:
            raise NotWoken(str(error)) from error

    async with TenantScope(pool, NOBODYS, setting=chosen.tenant_setting).writing(
        "workerStart"
    ) as uow:
        await plan_sweep(uow)
    relay = asyncio.create_task(relay_for_ever(context["platform"], wake))
    ending.callback(relay.cancel)


class NoMailer:
    """Letters wait until SMTP_URL is set, text messages until SMS_URL is."""

    async def send(self, message: Message) -> None:
        """Raises NotReady."""
        raise NotReady(f"no way out for {message.channel} is set", pause=timedelta(minutes=1))


async def stop(context: dict[str, Any]) -> None:
    """Stop relaying and close; jobs under way were waited for or given back."""
    await context["ending"].aclose()


async def run(context: dict[str, Any], job_id: str, attempt: int) -> str:
    """Do one attempt of one job; the row says what came of it, so arq keeps no result."""
    return await run_job(
        context["pool"],
        context["platform"],
        context["kinds"],
        UUID(job_id),
        attempt,
        setting=context["setting"],
    )


def worker_options(chosen: Settings) -> dict[str, Any]:
    """Arguments of `arq.run_worker`."""
    return {
        "functions": [
            func(cast("Any", run), keep_result=0, max_tries=1, timeout=LEASE.total_seconds() * 40)
        ],
        "queue_name": QUEUE,
        "on_startup": start,
        "on_shutdown": stop,
        "redis_settings": redis_settings(chosen),
        "max_jobs": MOST_AT_ONCE,
        "poll_delay": 0.1,
        "job_completion_wait": STOP_SECONDS,
        "health_check_interval": 5,
        "job_serializer": _pack,
        "job_deserializer": orjson.loads,
        "log_results": False,
    }


def work(chosen: Settings) -> None:
    """Do jobs until somebody ends this process."""
    collect_rarely()
    create_worker(cast("Any", worker_options(chosen))).run()
