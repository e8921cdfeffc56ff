"""The choice of a language: `POST /language` with `lang` and `next` remembers it and goes back to the page.

language_routes(cookies) -> list[Route]
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import LANGUAGES, Message, is_language
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.forms import read_form
from myclothes.kernel.web.respond import redirect_back


def language_routes(cookies: ShopCookies) -> list[Route]:
    async def choose(request: Request) -> Response:
        form = await read_form(request)
        language = form.get("lang", "")
        if not is_language(language):
            raise Invalid(fields={"lang": Message("We do not speak that language yet.")})
        response = redirect_back(_in_language(form.get("next", "/"), language))
        cookies.lang.set(response, language)
        return response

    return [Route("/language", choose, methods=["POST"])]


def _in_language(path: str, language: str) -> str:
    """A page whose address names a language gets the address of the other one; any other page goes by the cookie."""
    first, _, rest = path[1:].partition("/")
    return f"/{language}/{rest}" if first in LANGUAGES else path
