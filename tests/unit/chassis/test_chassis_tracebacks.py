"""A log shows where something failed and what kind of failure it was, never a word of what somebody
sent.
"""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any, Literal

import pytest
import structlog
from bson.errors import InvalidDocument
from motcua_chassis import ServiceSettings
from motcua_chassis._telemetry.tracebacks import said, shown
from motcua_chassis.logs import configure
from motcua_contracts.messages.intake import SubmitDossier
from motcua_contracts.wire.envelope import Undecodable, explain
from pydantic import ValidationError
from pymongo.errors import (
    BulkWriteError,
    DuplicateKeyError,
    ServerSelectionTimeoutError,
    WriteError,
)

SECRET = "Nguyễn Thị Bí Mật 037190000001"


def pydantic_error() -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        SubmitDossier.model_validate(
            {
                "procedure_code": "x",
                "applicant": {"full_name": [SECRET]},
                "copies": SECRET,
                SECRET: SECRET,
            }
        )
    return caught.value


QUOTING: list[Exception] = [
    pydantic_error(),
    ValueError(SECRET),
    KeyError(SECRET),
    TypeError(f"not serializable: {SECRET}"),
    InvalidDocument(f"cannot encode object: {SECRET}"),
    DuplicateKeyError(f"dup key: {{ _id: '{SECRET}' }}", 11000, {"keyValue": {"_id": SECRET}}),
    WriteError(SECRET, 121, {"errInfo": SECRET}),
    BulkWriteError({"writeErrors": [{"op": {"name": SECRET}}]}),
    OSError(2, "No such file", f"/tmp/{SECRET}"),
    UnicodeEncodeError("utf-8", SECRET, 0, 1, "surrogates not allowed"),
    ExceptionGroup(SECRET, [ValueError(SECRET)]),
]


@pytest.mark.parametrize("error", QUOTING, ids=lambda error: type(error).__name__)
def test_no_message_that_may_quote_is_shown(error: Exception) -> None:
    def inner() -> None:
        raise error

    def outer() -> None:
        try:
            inner()
        except Exception as cause:
            raise RuntimeError(SECRET) from cause

    with pytest.raises(RuntimeError) as caught:
        outer()
    text = shown(caught.value)
    assert SECRET not in text
    assert "Bí Mật" not in text
    assert type(error).__name__ in text
    assert "RuntimeError" in text
    assert "test_chassis_tracebacks.py:" in text
    assert "in inner" in text


def test_a_validation_error_is_explained_without_values_and_without_foreign_keys() -> None:
    text = shown(pydantic_error())
    assert "applicant.full_name" in text
    assert "copies" in text
    assert SECRET not in text


def test_a_key_that_somebody_chose_is_no_part_of_an_explanation() -> None:
    from motcua_contracts.wire.payload import CommandRejected

    with pytest.raises(ValidationError) as caught:
        CommandRejected.model_validate(
            {"command": "x", "command_id": "y", "slug": "z", "params": {"bi_mat_037190000001": []}}
        )
    text = explain(caught.value)
    assert "params" in text
    assert "bi_mat" not in text


def test_a_thousand_faults_are_not_told_one_by_one() -> None:
    with pytest.raises(ValidationError) as caught:
        SubmitDossier.model_validate(
            {"procedure_code": "x", "applicant": {"full_name": "An"}, "files": [{}] * 99}
        )
    assert len(explain(caught.value)) < 2_000
    assert "more" in explain(caught.value)


def test_what_a_reader_of_ours_says_is_kept_and_a_drivers_text_is_not() -> None:
    assert said(ServerSelectionTimeoutError("mongodb://user:secret@host: refused")) == ""
    assert said(DuplicateKeyError(SECRET, 11000)) == "code 11000"
    assert said(Undecodable("key: required")) == "key: required"


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    # a test's own server, started without our settings, keeps its words to itself
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).propagate = True
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("format_", ["json", "console"])
def test_neither_our_log_nor_a_librarys_prints_a_message(
    format_: Literal["json", "console"], capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ServiceSettings.model_construct(log_level="info", log_format=format_, instance="i1")
    told = io.StringIO()
    with redirect_stdout(told):
        log: Any = configure("intake", settings)
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            log.error("turn failed", exc_info=True)
            log.debug("hidden", exc_info=error)
            log.warning("effect failed", exc_info=error)
            logging.getLogger("uvicorn.error").error(
                "Exception in ASGI application\n", exc_info=error
            )
            logging.getLogger("asyncio").error(
                "Task exception was never retrieved",
                exc_info=(type(error), error, error.__traceback__),
            )
    out = told.getvalue() + "".join(capsys.readouterr())
    assert "turn failed" in out
    assert "Exception in ASGI application" in out
    assert "Task exception" in out
    assert out.count("ValueError") >= 4
    assert SECRET not in out
    if format_ == "json":
        assert all("exception" in json.loads(line) for line in told.getvalue().splitlines())
