"""What a visitor sees when something is wrong: one mapping from errors to a page or to problem details (RFC 9457).

    errors = ErrorPages(renderer)
    errors.answer(visit, error) -> Response

HTML comes from the template `error.html` (`status`, `title`, `message`, `request_id`, `fields`); should that fail too,
from a few lines in here. An error that is no ShopError is a defect: it is logged and its text is shown to nobody.
"""

import html
import logging
from typing import Any

from starlette.responses import Response

from myclothes.kernel.errors import Invalid, MethodNotAllowed, ShopError, TooManyRequests, Unavailable
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.web import respond
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.visit import Visit

log = logging.getLogger(__name__)
DEFECT = Message("The mistake is ours, and it has been noted. Please try again in a moment.")


class ErrorPages:
    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def answer(self, visit: Visit, error: Exception) -> Response:
        """The answer to a request that failed with `error`. Never raises."""
        if not isinstance(error, ShopError):
            log.error("a request failed by a defect", exc_info=error, extra={"route": visit.route})
            error = ShopError(DEFECT)
        if visit.wants_json:
            response = respond.json_(problem(visit, error), status=error.status, media_type="application/problem+json")
        else:
            response = respond.html(self._page(visit, error), status=error.status)
        response.headers.update(_headers(error))
        return response

    def _page(self, visit: Visit, error: ShopError) -> str:
        title = translate(error.title, visit.language)
        message = translate(error.message, visit.language)
        try:
            return self._renderer.page(
                "error.html",
                visit,
                status=error.status,
                title=title,
                message=message,
                request_id=visit.request_id,
                fields=_fields(visit, error),
            )
        except Exception as failure:
            log.exception("the error page itself failed", exc_info=failure)
            return (
                f'<!doctype html><html lang="{visit.language}"><meta charset="utf-8"><title>{html.escape(title)}</title>'
                f"<h1>{html.escape(title)}</h1><p>{html.escape(message)}</p>"
                f'<p><a href="{visit.link("/")}">MyClothes</a></p><p><small>{visit.request_id}</small></p>'
            )


def problem(visit: Visit, error: ShopError) -> dict[str, Any]:
    """RFC 9457 problem details, in the visitor's language."""
    details: dict[str, Any] = {
        "type": "about:blank",
        "title": translate(error.title, visit.language),
        "status": error.status,
        "detail": translate(error.message, visit.language),
        "request_id": visit.request_id,
    }
    if fields := _fields(visit, error):
        details["errors"] = fields
    if isinstance(error, Unavailable) and error.in_doubt:
        details["in_doubt"] = True
    return details


def _fields(visit: Visit, error: ShopError) -> dict[str, str]:
    if not isinstance(error, Invalid):
        return {}
    return {name: translate(text, visit.language) for name, text in error.fields.items()}


def _headers(error: ShopError) -> dict[str, str]:
    if isinstance(error, (TooManyRequests, Unavailable)):
        return {"retry-after": str(error.retry_after)}
    if isinstance(error, MethodNotAllowed):
        return {"allow": ", ".join(error.allowed)}
    return {}
