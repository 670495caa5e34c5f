"""What every page shares: the templates, the language, the headers, and how a refusal becomes a
page.

A page is rendered by `show`; its templates extend `base.html`. `t(vi, en)` picks the language,
`link(path, …)` keeps it in links.
"""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from motcua_chassis.access import PREFIX
from motcua_chassis.access import refused as tell_refused
from motcua_contracts import VIETNAM, Refusal
from motcua_contracts.rules.copies import kind_of

from ..http.problems import headers_of, invalid_fields, problem
from ..http.refusals import RequestInvalid, Unauthenticated
from ..procedures.amounts import money
from .desk.return_links import HOME, back_to, sign_in_at
from .invalid import in_words

LANGUAGES = ("vi", "en")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
"""Nothing but our own style sheet and pictures; no script at all."""
STATIC_SECONDS = 3600
router = APIRouter(include_in_schema=False)


@router.get("/static/motcua.css")
async def style_sheet() -> Response:
    """The one style sheet."""
    return Response(
        _style(),
        media_type="text/css; charset=utf-8",
        headers={"Cache-Control": f"public, max-age={STATIC_SECONDS}"},
    )


@cache
def _style() -> bytes:
    return (files("motcua_gateway") / "pages" / "static" / "motcua.css").read_bytes()


@cache
def _templates() -> Environment:
    """Autoescape everywhere; a name that a page forgot to give is an error, not nothing."""
    made = Environment(
        loader=PackageLoader("motcua_gateway", "pages/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(when=when, due=due, day=day, money=money, raised=raised)
    made.globals["kind_of"] = kind_of
    return made


def language_of(request: Request) -> str:
    """`?lang=en`, else Vietnamese. It is carried in links: no cookie for a reader."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def show(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """The page. The template finds `lang`, `t`, `link`, `pick` and `here` beside its context."""
    lang = language_of(request)

    def t(vi: str, en: str) -> str:
        return en if lang == "en" else vi

    def pick(one: Mapping[str, Any], name: str = "") -> str:
        """`vi`/`en` of a label, or `<name>_vi`/`<name>_en`; Vietnamese where
        there is no English.
        """
        prefix = f"{name}_" if name else ""
        return str(one.get(f"{prefix}{lang}") or one.get(f"{prefix}vi") or "")

    def link(path: str, **query: Any) -> str:
        given = {name: value for name, value in query.items() if value not in ("", None)}
        if lang != LANGUAGES[0]:
            given["lang"] = lang
        return f"{path}?{urlencode(given)}" if given else path

    others = {name: value for name, value in request.query_params.items() if name != "lang"}
    switch = {**others, **({} if lang == "en" else {"lang": "en"})}
    at = request.app.state.as_of()
    as_of = at.astimezone(VIETNAM).strftime("%H:%M:%S %d/%m/%Y") if at is not None else ""
    body = (
        _templates()
        .get_template(template)
        .render(
            lang=lang,
            t=t,
            pick=pick,
            link=link,
            here=request.url.path,
            switch=f"?{urlencode(switch)}",
            as_of=as_of,
            **context,
        )
    )
    # A browser tells a form's origin only where the page lets it: to ourselves, and to nobody else.
    return HTMLResponse(
        body, status, {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    )


class PageRoute(APIRoute):
    """A page's reader is told no by a page too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def page(request: Request) -> Response:
            try:
                return await answer(request)
            except Refusal as refusal:
                return refused(request, refusal)
            except RequestValidationError as error:
                return refused(request, RequestInvalid(), invalid_fields(error))

        return page


def refused(
    request: Request, refusal: Refusal, errors: list[dict[str, str]] | None = None
) -> Response:
    """The reason as a page."""
    body = in_words(problem(refusal, errors or []))
    tell_refused(request.scope, refusal.slug)
    page = show(
        request, "refused.html", body["status"], problem=body, **_way_on(request, refusal.slug)
    )
    page.headers.update(headers_of(refusal))
    return page


def _way_on(request: Request, slug: str) -> dict[str, str]:
    """Where a refusal's page leads: at the desk to its sign-in page and back, or to the desk; else
    to the search.
    """
    path = request.url.path
    at_desk = path == HOME or path.startswith(f"{HOME}/")
    if not at_desk or slug != Unauthenticated.slug:
        return {"sign_in": "", "home": HOME if at_desk else "/"}
    back = back_to(request.method, path, request.url.query)
    return {"sign_in": sign_in_at(back, language_of(request) == "en"), "home": "/"}


OPENING = " 07:00"
"""A due date at this hour came from the opening of the office: it means the whole day."""
KEPT_HEADERS = frozenset({"retry-after", "allow"})
"""What a refusal says in headers, on its page too."""


def for_browsers(handlers: Mapping[Any, Any]) -> dict[Any, Any]:
    """The same handlers of errors; their problems become pages where a browser asked outside the
    API.
    """

    def wrapped(handler: Any) -> Any:
        async def answer(request: Request, error: Exception) -> Response:
            response: Response = await handler(request, error)
            if request.url.path.startswith("/api/") or "text/html" not in request.headers.get(
                "accept", ""
            ):
                return response
            said = in_words(orjson.loads(response.body))
            tell_refused(request.scope, str(said["type"]).removeprefix(PREFIX))
            slug = str(said["type"]).removeprefix(PREFIX)
            page = show(
                request,
                "refused.html",
                response.status_code,
                problem=said,
                **_way_on(request, slug),
            )
            for name in KEPT_HEADERS & set(response.headers):
                page.headers[name] = response.headers[name]
            return page

        return answer

    return {kind: wrapped(handler) for kind, handler in handlers.items()}


def raised(words: str) -> str:
    """With a capital at its beginning; the rest stays, since names and abbreviations have capitals
    of their own.
    """
    return words[:1].upper() + words[1:]


def when(at: datetime | str | None) -> str:
    """`24/11/2026 09:05`, Vietnam's time; empty for none."""
    if not at:
        return ""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{instant.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def due(at: datetime | str | None, t: Callable[[str, str], str]) -> str:
    """A due date. One at the opening of the office means that day: `trong ngày 30/11/2026`."""
    shown = when(at)
    if not shown.endswith(OPENING):
        return shown
    return t("trong ngày ", "") + shown.removesuffix(OPENING)


def day(at: datetime | str | None) -> str:
    """`24/11/2026`."""
    return when(at)[:10]
