"""No log line holds another's exception text: classes and codes are told, and no source passes the
text on.
"""

import ast
import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.errors import NotLeaderForPartitionError
from motcua_chassis.failures import brief, told
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError

ROOT = Path(__file__).parents[3]
SECRET = "mongodb://user:hunter2@db.internal"
LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}
OWN_TEXTS = {"TopicsMissing", "NotPublished", "Fenced", "ScannerAway"}
"""Our own exceptions, raised with fixed words, names of classes, lane numbers and topic names."""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError(SECRET), {"error": "ValueError"}),
        (
            ConnectionRefusedError(errno.ECONNREFUSED, SECRET),
            {"error": "ConnectionRefusedError", "code": "ECONNREFUSED"},
        ),
        (ConnectionError(SECRET), {"error": "ConnectionError"}),
        (NotLeaderForPartitionError(SECRET), {"error": "NotLeaderForPartitionError", "code": 6}),
        (
            OperationFailure(SECRET, 11000, {"keyValue": SECRET}),
            {"error": "OperationFailure", "code": 11000},
        ),
        (ServerSelectionTimeoutError(SECRET), {"error": "ServerSelectionTimeoutError"}),
    ],
)
def test_class_and_code_are_told_and_never_the_text(
    error: Exception, said: dict[str, object]
) -> None:
    assert told(error) == said


def test_a_terminal_is_told_the_same_in_one_line() -> None:
    assert brief(OperationFailure(SECRET, 13)) == "OperationFailure 13"
    assert brief(ValueError(SECRET)) == "ValueError"


def _handlers(tree: ast.AST) -> Iterator[ast.ExceptHandler]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.name:
            caught = (
                {one.id for one in ast.walk(node.type) if isinstance(one, ast.Name)}
                if node.type
                else set()
            )
            if not caught or caught - OWN_TEXTS:
                yield node


def passes_text_on(source: str) -> list[int]:
    """Lines of logging calls within `except … as name` that take the exception's text or its
    arguments.
    """
    found = []
    for handler in _handlers(ast.parse(source)):
        for call in ast.walk(handler):
            if not (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in LOGGING
            ):
                continue
            for node in ast.walk(call):
                formatted = (
                    isinstance(node, ast.FormattedValue)
                    and isinstance(node.value, ast.Name)
                    and node.value.id == handler.name
                )
                turned = (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in ("str", "repr", "format")
                    and any(
                        isinstance(one, ast.Name) and one.id == handler.name for one in node.args
                    )
                )
                whole = any(
                    isinstance(one, ast.Name) and one.id == handler.name
                    for one in [
                        *call.args,
                        *(k.value for k in call.keywords if k.arg != "exc_info"),
                    ]
                )
                inner = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                args = (
                    inner
                    and node.value.id == handler.name  # type: ignore[attr-defined]
                    and node.attr in ("args", "message", "details", "strerror")  # type: ignore[attr-defined]
                )
                if formatted or turned or whole or args:
                    found.append(call.lineno)
    return sorted(set(found))


def test_the_search_finds_what_it_is_for() -> None:
    for said in ("str(error)[:200]", 'f"no: {error}"', "error", "error.args[0]", "repr(error)"):
        assert passes_text_on(
            f"try:\n    f()\nexcept OSError as error:\n    log.warning('x', detail={said})\n"
        ) == [4]
    assert (
        passes_text_on(
            "try:\n    f()\nexcept OSError as error:\n    log.warning('x', **told(error),"
            " exc_info=error)\n"
        )
        == []
    )


def test_no_service_logs_the_text_of_an_exception() -> None:
    wrong = []
    for file in [*ROOT.glob("libs/*/motcua_*/**/*.py"), *ROOT.glob("services/*/motcua_*/**/*.py")]:
        if file.name != "run.py":  # its own TopicsMissing alone: below
            wrong += [
                f"{file.relative_to(ROOT)}:{line}" for line in passes_text_on(file.read_text())
            ]
    assert wrong == []
    run = (ROOT / "libs/chassis/motcua_chassis/_processing/run.py").read_text()
    assert run.count("str(error)") == run.count("str(error) if isinstance(error, TopicsMissing)")


DRIVERS = {"PyMongoError", "KafkaError", "KafkaConnectionError", "InvalidURI", "ConfigurationError"}


def test_no_tool_shows_the_text_of_a_drivers_exception_or_a_uri() -> None:
    for path in [
        *(ROOT / "services/audit/motcua_audit").glob("*.py"),
        ROOT / "services/payment/motcua_payment/cli.py",
    ]:
        for handler in _handlers(ast.parse(path.read_text())):
            caught = (
                {one.id for one in ast.walk(handler.type) if isinstance(one, ast.Name)}
                if handler.type
                else set()
            )
            if caught & DRIVERS:
                body = "\n".join(ast.unparse(line) for line in handler.body)
                assert f"str({handler.name})" not in body, path
                assert f"{{{handler.name}}}" not in body, path
                assert "{into}" not in body, path
