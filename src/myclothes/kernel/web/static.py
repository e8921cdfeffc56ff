"""Files that come with the shop: read, bundled, named after their content and compressed once, at start.

    static = Static(folder)                     kernel/web/static by default
    static.url("shop.css")                      /static/{hash}/shop.css; KeyError for a file that does not exist
    static.files()                              address → content of each
    static.routes()                             /static/… and /favicon.ico (which is icon.svg)

Everything under `css/` becomes one `shop.css`: `layers.css` first (it declares the order of the `@layer`s), then the rest
by name. All else keeps its path, so `/static/{hash}/js/a.js` may import `./b.js`. The hash covers the whole tree: an
address with it holds for a year; one with an older hash, from an old page, gets the file of today, unstored.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.types import Send

from myclothes.kernel.errors import NotFound
from myclothes.kernel.web.pagecache import matches_etag
from myclothes.kernel.web.router import HotRoute
from myclothes.kernel.web.visit import Visit

STATIC = Path(__file__).parent / "static"
IMMUTABLE = b"public, max-age=31536000, immutable"
_TYPES = {
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".json": b"application/json",
    ".svg": b"image/svg+xml",
    ".txt": b"text/plain; charset=utf-8",
    ".webmanifest": b"application/manifest+json",
    ".ico": b"image/x-icon",
    ".png": b"image/png",
    ".webp": b"image/webp",
    ".woff2": b"font/woff2",
}
_SQUEEZED = frozenset((".css", ".js", ".json", ".svg", ".txt", ".webmanifest"))


@dataclass(frozen=True, slots=True)
class Asset:
    kind: bytes
    plain: bytes
    gzipped: bytes | None
    etag: bytes


class Static:
    def __init__(self, folder: Path = STATIC) -> None:
        contents = _contents(folder)
        digest = hashlib.blake2b(digest_size=6)
        for name, content in sorted(contents.items()):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        self.hash = digest.hexdigest()
        self._assets = {name: _asset(name, content) for name, content in contents.items()}

    def url(self, name: str) -> str:
        if name not in self._assets:
            raise KeyError(f"there is no static file {name!r}")
        return f"/static/{self.hash}/{name}"

    def files(self) -> dict[str, Asset]:
        """All of them by their addresses, for whoever keeps copies nearer to shoppers."""
        return {self.url(name): asset for name, asset in self._assets.items()}

    def routes(self) -> list[HotRoute]:
        return [HotRoute("/static/{rest:path}", self._serve), HotRoute("/favicon.ico", self._favicon)]

    async def _serve(self, visit: Visit, rest: str, send: Send) -> None:
        asked_hash, _, name = rest.partition("/")
        # Only names found at start are known: there is no path on disk to escape to.
        await self._send(visit, name, IMMUTABLE if asked_hash == self.hash else b"no-cache", send)

    async def _favicon(self, visit: Visit, _rest: str, send: Send) -> None:
        await self._send(visit, "icon.svg", b"public, max-age=86400", send)

    async def _send(self, visit: Visit, name: str, cache_control: bytes, send: Send) -> None:
        asset = self._assets.get(name)
        if asset is None:
            raise NotFound
        squeeze = asset.gzipped is not None and visit.takes_gzip
        body = asset.gzipped if squeeze and asset.gzipped is not None else asset.plain
        etag = asset.etag[:-1] + b'-gz"' if squeeze else asset.etag
        headers = [(b"etag", etag), (b"cache-control", cache_control), (b"vary", b"Accept-Encoding")]
        if matches_etag(visit.header(b"if-none-match"), etag):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        headers += [(b"content-type", asset.kind), (b"content-length", str(len(body)).encode())]
        if squeeze:
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _contents(folder: Path) -> dict[str, bytes]:
    """Every servable file by its address below the hash, the style sheets as one."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in _TYPES)
    contents = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.parent != folder / "css"
    }
    sheets = sorted((folder / "css").glob("*.css"), key=lambda path: (path.name != "layers.css", path.name))
    contents["shop.css"] = b"\n".join(path.read_bytes() for path in sheets)
    return contents


def _asset(name: str, content: bytes) -> Asset:
    suffix = Path(name).suffix
    squeezed = gzip.compress(content, 9, mtime=0) if suffix in _SQUEEZED else None
    etag = f'"{hashlib.blake2b(content, digest_size=9).hexdigest()}"'.encode()
    return Asset(_TYPES[suffix], content, squeezed if squeezed and len(squeezed) < len(content) else None, etag)
