"""What an operator has to mend is one line, without a traceback and without a secret."""

from collections.abc import Iterator

import pytest

from api.cli import main
from tenants.settings import settings


@pytest.fixture(autouse=True)
def settings_read_anew() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_a_setting_of_the_wrong_shape_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "99")
    assert main(["doctor"]) == 1
    assert capsys.readouterr().err == (
        "ryad: TRUSTED_PROXIES: Input should be less than or equal to 5\n"
    )


def test_a_database_that_is_away_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://ryad_owner:hush@127.0.0.1:9/ryad")
    assert main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("ryad: ")
    assert told.endswith("./ryad doctor says what is not reachable\n")
    assert "hush" not in told
