"""What a command of the command line says when the world is not as it needs it: one sentence and
exit code 2, no traceback.

A group of commands catches what comes from outside: a broker or database that does not answer, a
file that is not there or no text, a key that cannot be used. A fault of ours still ends with its
traceback: nobody can mend what nobody sees.
"""

import logging
import sys
from typing import Any

from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from .failures import brief
from .signatures import UnusableKey

COULD_NOT = 2
"""Exit code of a command that could not do or look at what it was asked for."""


class Plain:
    """Before a group of Typer's: `class Commands(Plain, TyperGroup)`, `typer.Typer(cls=Commands,
    …)`. A service needs no Typer to run.
    """

    def invoke(self, ctx: Any) -> Any:
        # What the driver says of a broker that does not answer is in our sentence already.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        try:
            return super().invoke(ctx)  # type: ignore[misc]  # of the group behind it
        except BrokenPipeError:
            raise  # whoever read our output has gone; click ends quietly
        except (
            KafkaError,
            PyMongoError,
            TimeoutError,
            OSError,
            UnicodeError,
            UnusableKey,
        ) as error:
            sys.stderr.write(f"error: {sentence(error)}\n")
            raise SystemExit(COULD_NOT) from None


def sentence(error: Exception) -> str:
    """What is wrong, and what can be done. No text of a driver: it may hold a login."""
    if isinstance(error, KafkaError):
        return (
            f"Kafka does not answer or refuses ({brief(error)}). Start the stack (motcua up), or"
            " name the broker: MOTCUA_KAFKA_BOOTSTRAP."
        )
    if isinstance(error, PyMongoError):
        return (
            f"MongoDB does not answer or refuses ({brief(error)}). Start the stack (motcua up), or"
            " name it: MOTCUA_MONGO_URI."
        )
    if isinstance(error, UnusableKey):
        return str(error)
    if isinstance(error, UnicodeError):
        return "a file is not text in UTF-8."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror or brief(error)}."
    if isinstance(error, TimeoutError):
        return "there was no answer in time. Does the stack run (motcua status)?"
    return f"the system says no ({brief(error)})."
