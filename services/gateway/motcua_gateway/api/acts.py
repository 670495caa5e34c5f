"""A route for each act: its path, body, rights and answer follow from the act."""

import re
from collections.abc import Callable, Coroutine
from inspect import Parameter, Signature
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from motcua_contracts import Refusal
from pydantic import BaseModel, create_model

from ..acts.act import Act, ActGroup
from ..acts.groups import GROUPS
from ..answers.base import does
from ..commands.sending import Done
from ..http.problems import MEDIA_TYPE, problem
from ..identity.callers import Caller
from .calls import PROBLEM, Body, Json, Key, TheGateway, carry_out
from .money import TransferId
from .rights import Rights

IN_PATH: dict[str, Any] = {
    "dossier_id": str,
    "attempt": Annotated[int, Path(ge=1, le=10**9)],
    "transfer_id": TransferId,
}
"""Part of a path -> its type."""


def router_of(group: ActGroup) -> APIRouter:
    """The routes of a group, one for each act."""
    router = APIRouter(prefix=group.prefix, tags=[group.tag], responses=PROBLEM)
    for act in group.acts:
        router.add_api_route(
            f"/{act.path or act.name}",
            endpoint_of(group, act),
            methods=["POST"],
            status_code=act.success,
            responses=does(act.answer, act.success),
        )
    return router


def body_of(group: ActGroup, act: Act) -> type[BaseModel] | None:
    """The model of its body; None where it has none."""
    if not act.schema:
        return None
    name = "".join(part.capitalize() for part in (group.name, *act.name.split("-")))
    fields: dict[str, Any] = act.schema
    return create_model(name, __base__=Body, __doc__=act.body, **fields)


def endpoint_of(group: ActGroup, act: Act) -> Callable[..., Coroutine[Any, Any, Response]]:
    """The function that FastAPI calls, with the signature that it reads."""
    body = body_of(group, act)
    names = re.findall(r"\{(\w+)\}", f"{group.prefix}/{act.path}")
    asked: dict[str, Any] = {
        "request": Request,
        "gateway": TheGateway,
        "caller": Annotated[Caller, Depends(Rights(act.roles, seated=group.seated))],
        "key": Key,
        **{name: IN_PATH[name] for name in names},
        **({} if body is None else {"body": body if act.needs_body else body | None}),
    }
    defaults: dict[str, Any] = {} if act.needs_body else {"body": None}

    async def endpoint(**given: Any) -> Response:
        path = {name: given[name] for name in names}
        sent = given.get("body") or (body() if body is not None else None)
        return await do(group, act, path=path, body=sent, **_common(given))

    endpoint.__name__ = act.name.replace("-", "_")
    endpoint.__doc__ = act.about
    endpoint.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(
                name,
                Parameter.KEYWORD_ONLY,
                annotation=annotation,
                default=defaults.get(name, Parameter.empty),
            )
            for name, annotation in asked.items()
        ]
    )
    return endpoint


def _common(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in ("request", "gateway", "caller", "key")}


async def do(
    group: ActGroup,
    act: Act,
    *,
    request: Request,
    gateway: TheGateway,
    caller: Caller,
    key: str,
    path: dict[str, Any],
    body: Any,
) -> Response:
    """Carry out an act and answer with what it led to."""
    said = {name: getattr(body, name) for name in act.schema}
    aim = await group.sought(gateway, caller, act, {**said, **path})
    command = await act.of_body(gateway, body, aim.more)

    def answer(done: Done) -> dict[str, Any]:
        return group.answer(act, aim, command, done)

    try:
        return await carry_out(
            gateway.commands,
            request,
            caller,
            command,
            subject=aim.subject,
            key=key,
            href=aim.href,
            status=act.success,
            answer=answer,
        )
    except Refusal as refusal:
        if group.refused is None:
            raise
        told = {**problem(refusal), **await group.refused(gateway, caller, aim, refusal)}
        return Json(told, told["status"], media_type=MEDIA_TYPE)


router = APIRouter()
for _group in GROUPS:
    router.routes.extend(router_of(_group).routes)
