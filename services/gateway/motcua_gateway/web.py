"""The ASGI app: every router under /api/v1, problems for every error, the OpenAPI document."""

import sys
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import iter_route_contexts
from motcua_documents.kinds import MAX_UPLOAD_BYTES

from .api import (
    acts,
    audit,
    callbacks,
    citizen,
    control,
    desk,
    dev,
    digest,
    documents,
    inbox,
    money,
    open_data,
    own_data,
    people_at_desk,
    portal,
    procedures,
    public,
    reports,
    sheets,
    statistics,
    tasks,
    till,
    verification,
)
from .door import Door
from .http.as_of import AsOf
from .http.methods import HeadAsGet
from .http.middleware import BodyLimit
from .http.problems import handlers
from .in_hand import InHand
from .openapi import described_by, operation_id
from .pages import confirmation, form, site, tracking
from .pages import public as public_pages
from .pages import verification as verification_page
from .pages.desk import counter as counter_pages
from .pages.desk import money as money_page
from .pages.desk import people as people_pages
from .pages.desk import sign_in
from .pages.desk.same_origin import from_our_own_page
from .pages.tasks import digest as digest_page
from .pages.tasks import listing
from .pages.tasks import page as task_page
from .rate_limits import RateLimits
from .tools import Gateway
from .views.dossier import API

MULTIPART_BYTES = 10_000
"""What a multipart body has around its file."""
OWN_LIMIT = {f"{API}{callbacks.NOTIFICATION}": sys.maxsize}
"""A notification is answered 97 whatever its size: the route reads no more of it than a call may
have.
"""
DESCRIPTION = (
    "Cổng dịch vụ công Một Cửa. Mọi thay đổi cần tiêu đề Idempotency-Key; lỗi theo RFC 9457. — The"
    " one-stop shop's API. Every change needs the header Idempotency-Key; errors are RFC 9457"
    " problems; money is whole VND; times are UTC."
)


def build_app(runtime: Any, gateway: Gateway) -> Any:
    """The app that the chassis serves beside the probes."""
    app = FastAPI(
        title="Một Cửa",
        version="1",
        description=DESCRIPTION,
        license_info={"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/", "description": "The gateway that gave this document"}],
        openapi_url=None,  # `openapi.py` serves it
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        # that redirect is made from the Host header, which is the sender's word
        redirect_slashes=False,
        exception_handlers=site.for_browsers(handlers(gateway.log)),
    )
    app.state.gateway = gateway
    described_by(app)
    routes, templates = _routes()
    app.router.routes.extend(routes)
    app.add_middleware(InHand, rows=gateway.rows)
    app.add_middleware(Door, uploads=(f"{API}/files",), signed=(f"{API}/callbacks/",))
    app.add_middleware(
        BodyLimit,
        max_bytes=gateway.settings.max_body_bytes,
        uploads={f"{API}/files": MAX_UPLOAD_BYTES + MULTIPART_BYTES, **OWN_LIMIT},
    )
    app.add_middleware(RateLimits, gateway=gateway)
    app.state.as_of = runtime.as_of
    app.add_middleware(AsOf, as_of=runtime.as_of)
    app.add_middleware(HeadAsGet)
    app.state.templates = templates
    return app


@cache
def _routes() -> tuple[list[Any], dict[int, str]]:
    """The routes, and route id -> template.

    They hold nothing of an app, so all apps of a process have the same.
    """
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, generate_unique_id_function=operation_id
    )
    for router in (
        procedures,
        sheets,
        open_data,
        own_data,
        people_at_desk,
        public,
        citizen,
        desk,
        digest,
        acts,
        control,
        tasks,
        till,
        money,
        documents,
        inbox,
        callbacks,
        reports,
        statistics,
        portal,
        verification,
        audit,
        dev,
    ):
        app.include_router(router.router, prefix=API)
    for pages in (
        site, public_pages, form, tracking, confirmation, sign_in, counter_pages, money_page,
        people_pages, listing, digest_page,
        task_page,
    ):  # fmt: skip
        app.include_router(pages.router, dependencies=[Depends(from_our_own_page)])
    app.include_router(verification_page.router)
    templates = {
        id(one.original_route): one.path or ""
        for one in iter_route_contexts(app.routes)
        if hasattr(one, "path")
    }
    return app.router.routes, templates
