"""What an effect holds of the outside world (a place at a provider) until its answer is on Kafka, and not only until it was done.

Who dies between the two does it again: so no more is ever done twice than there are places.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
_held: ContextVar[AsyncExitStack] = ContextVar("held")


@asynccontextmanager
async def holding() -> AsyncIterator[None]:
    """Around the doing of one effect and the sending of its answer: at the end all that was held is let go, however it ended."""
    async with AsyncExitStack() as stack:
        before = _held.set(stack)
        try:
            yield
        finally:
            _held.reset(before)


async def hold(context: AbstractAsyncContextManager[T]) -> T:
    """Enter a context for as long as the effect that calls this is not answered. Raises `LookupError` outside of one."""
    return await _held.get().enter_async_context(context)
