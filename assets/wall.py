"""The wall in front of Dagster's web page: who may ask, and what. Not here: Dagster itself.

Dagster takes any Host, runs mutations that come by GET, reads the query of a POST of any type from its address, opens a
websocket for any site, and lets `/report_asset_…` write even where it is read-only. So a page that somebody has open in
the same browser could start or delete runs, and, with a name that it points at 127.0.0.1, read everything.
"""

from collections.abc import Iterable
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_READS = frozenset({"GET", "HEAD"})
_OWN_SITE = ("", "none", "same-origin")
_FRAMES = ("iframe", "frame", "object", "embed")
_JSON = "application/json"


class Wall:
    """ASGI middleware that passes on only what the page itself asks, from a name that we know.

    Parameters
    ----------
    names
        The values of Host that are ours, with their port: ``127.0.0.1:3000``, or ``demad.stad.be`` behind a proxy.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names)
        self._origins = frozenset(f"{scheme}://{name}" for name in self._names for scheme in ("http", "https"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand over unchanged; a websocket that is refused is closed before it is accepted."""
        refused = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            answer = PlainTextResponse("Niet toegelaten.\n", status_code=refused)
            await answer(scope, receive, send)

    def _refusal(self, scope: Scope) -> HTTPStatus | None:
        """The status that says no; None for what may pass."""
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self._names:
            return HTTPStatus.MISDIRECTED_REQUEST
        if len(origins) > 1 or any(origin.lower() not in self._origins for origin in origins):
            return HTTPStatus.FORBIDDEN
        if scope["type"] == "websocket":
            return None if origins else HTTPStatus.FORBIDDEN
        return self._of_request(scope, headers)

    def _of_request(self, scope: Scope, headers: Headers) -> HTTPStatus | None:
        if headers.get("sec-fetch-dest", "") in _FRAMES:  # a page around ours could catch a click
            return HTTPStatus.FORBIDDEN
        graphql = scope["path"].rstrip("/").endswith("/graphql")
        if scope["method"] not in _READS:
            sent_as = headers.get("content-type", "").partition(";")[0].strip().lower()
            ours = graphql and not scope["query_string"] and sent_as == _JSON
            foreign = headers.get("sec-fetch-site", "") not in _OWN_SITE
            return HTTPStatus.FORBIDDEN if foreign or not ours else None
        return HTTPStatus.METHOD_NOT_ALLOWED if graphql and scope["query_string"] else None
