"""What an effect holds of the outside world (a place at a provider) until its answer is on Kafka,
and not only until it was done.

Who dies between the two does it again: so no more is ever done twice than there are places, and
while Kafka is away no more is done.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from typing import TypeVar

from ..service import NotYet

T = TypeVar("T")
_held: ContextVar[tuple[AsyncExitStack, Callable[[], bool]]] = ContextVar("held")


@asynccontextmanager
async def holding(wanted: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
    """Around the doing of one effect and the sending of its answer: at the end all that was held is
    let go, however it ended.

    `wanted`: whether the effect is still to be done here, asked after a wait.
    """
    async with AsyncExitStack() as stack:
        before = _held.set((stack, wanted))
        try:
            yield
        finally:
            _held.reset(before)


async def hold(context: AbstractAsyncContextManager[T]) -> T:
    """Enter a context for as long as the effect that calls this is not answered.

    Raises `NotYet` where the effect is not to be done here any more once it is entered;
    `LookupError` outside of an effect.
    """
    stack, wanted = _held.get()
    held = await stack.enter_async_context(context)
    if not wanted():
        raise NotYet("given up meanwhile")
    return held
