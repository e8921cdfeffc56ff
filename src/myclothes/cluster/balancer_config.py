"""What a balancer does with a request, as the text of its configuration. Pure functions: nothing is read or written.

config_text(Files(…), [Entrance(…)], "127.0.0.1:8102", Balancing(), [Web("web-1", "127.0.0.1", 8175)])
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHOP, OPEN = "shop", "shop-unchecked"
"""The instances that pass their health checks; and all, for when none does: then a tier below is gone, not they, and
their own answer says more than ours."""
BODY_LIMIT = 64 * 1024
"""Bytes; what the shop itself takes."""
BUFFER = 80 * 1024
"""Bytes. All that the shop takes as address and headers fits, so that it, not we, says what is too long; and a whole
body, so that a slow shopper keeps none of its workers waiting."""
SLOWEST_READ = 4
"""Seconds for an answer to a read; then another instance is asked."""
SLOWEST_WRITE = 15
"""Seconds for an answer to a write; longer than the shop's own limit, so that it can say what became of it."""
REFUSALS = (400, 408, 413, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Web:
    """A web instance."""

    name: str
    address: str
    port: int

    @property
    def at(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where shoppers come in: `https` and `http` are `address:port`, or `fd@N` for a socket that was handed over; the
    ports are those that shoppers use.
    """

    https: str
    http: str
    https_port: int
    http_port: int


@dataclass(frozen=True, slots=True)
class Files:
    admin: Path
    certificate: Path
    refusals: Path
    """A map from `503` and `503json` and so on to what the shopper is told."""


@dataclass(frozen=True, slots=True)
class Balancing:
    """The same in every zone."""

    sticky: bool = False
    """A shopper comes back to the same instance, whichever balancer they come through."""
    sticky_key: str = "myclothes"
    per_address: int = 1_000
    """Requests a second from one address, on average over ten; an IPv6 household of 2^64 counts as one. 0: no limit."""
    in_flight: int = 64
    """Requests that one instance works on at once for one balancer. More wait for their turn here, so that an instance
    in a crowd still answers its health check in time."""
    retries: int = 3
    """How often another instance is asked when one does not answer: for what was never handed over, changes nothing, or
    has a key of its own."""


def config_text(
    files: Files, entrances: Sequence[Entrance], internal: str, balancing: Balancing, web: Sequence[Web]
) -> str:
    """`internal`: where figures are shown, `address:port`, for us only."""
    parts = (
        _process(files),
        _defaults(files, balancing),
        _plain(entrances),
        _secure(files, entrances, balancing),
        _backend(SHOP, balancing, web, checked=True),
        _backend(OPEN, balancing, web, checked=False),
        _internal(internal),
    )
    return "\n\n".join(parts) + "\n"


def server_options(balancing: Balancing, *, checked: bool) -> str:
    """Of one instance; spelt out for each, since what joins while we run inherits nothing."""
    options = f"maxconn {balancing.in_flight}"
    if checked:
        # Two failures in a row, a fifth of a second apart; or two connections refused, found out while serving.
        options += " check inter 200ms fastinter 100ms downinter 200ms fall 2 rise 1"
        options += " observe layer4 error-limit 2 on-error mark-down"
    return options


def _process(files: Files) -> str:
    return f"""global
    stats socket {_path(files.admin)} mode 600 level admin
    stats timeout 10s
    nbthread 1
    maxconn 8000
    no strict-limits
    hard-stop-after 20s
    tune.bufsize {BUFFER}
    log stdout format raw local0 notice
    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
    ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"""


def _defaults(files: Files, balancing: Balancing) -> str:
    refusals = "\n".join(_refusal(status, files.refusals) for status in REFUSALS)
    # Retries of what was handed over are switched off for writes further down.
    return f"""defaults shop
    mode http
    option dontlognull
    option redispatch 1
    retries {balancing.retries}
    retry-on {"conn-failure empty-response junk-response response-timeout" if balancing.retries else "none"}
    timeout client 30s
    timeout http-request 10s
    timeout http-keep-alive 60s
    timeout queue 5s
    timeout connect 500ms
    timeout server {SLOWEST_WRITE}s
    timeout check 1s
{refusals}"""


def _refusal(status: int, refusals: Path) -> str:
    text = f"%[str({status}),concat(,txn.kind),map_str({refusals})]"
    again = " hdr Retry-After 2" if status in (429, 503) else ""
    return (
        f'    http-error status {status} content-type "text/html; charset=utf-8" lf-string "{text}"'
        f" hdr Cache-Control no-store hdr X-Content-Type-Options nosniff{again}"
        """ hdr Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" """
    ).rstrip()


def _plain(entrances: Sequence[Entrance]) -> str:
    binds = "\n".join(f"    bind {entrance.http}" for entrance in entrances)
    rules = []
    for entrance in entrances:
        port = "" if entrance.https_port == 443 else f":{entrance.https_port}"
        to = f"https://%[req.hdr(host),regsub(:[0-9]+$,)]{port}%[pathq]"
        came = f"dst_port {entrance.http_port}"
        rules += [
            f"    http-request redirect location {to} code 301 if {{ {came} }} {{ method GET HEAD }}",
            f"    http-request redirect location {to} code 308 if {{ {came} }}",
        ]
    return f"""frontend plain from shop
{binds}
    http-request deny deny_status 400 unless {{ req.hdr(host) -m reg ^[][A-Za-z0-9.:_-]+$ }}
{chr(10).join(rules)}"""


def _secure(files: Files, entrances: Sequence[Entrance], balancing: Balancing) -> str:
    binds = "\n".join(
        f"    bind {entrance.https} ssl crt {_path(files.certificate)} alpn h2,http/1.1" for entrance in entrances
    )
    limit = ""
    if balancing.per_address:
        limit = f"""
    stick-table type ipv6 size 100k expire 20s store http_req_rate(10s)
    http-request track-sc0 src,ipmask(32,64)
    http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt {balancing.per_address * 10} }}"""
    return f"""frontend secure from shop
{binds}
    option http-buffer-request
    acl reads method GET HEAD OPTIONS
    acl own_id req.hdr(x-request-id) -m reg ^[A-Za-z0-9._:/=+-]{{8,100}}$
    http-request set-var(txn.kind) str(json) if {{ req.hdr(accept) -m sub json }} !{{ req.hdr(accept) -m sub text/html }}
    http-request set-header X-Request-Id %[uuid] unless own_id
    http-request set-var(txn.id) req.hdr(x-request-id)
    http-after-response set-header X-Request-Id %[var(txn.id)] unless {{ res.hdr(x-request-id) -m found }}
    http-after-response set-header Content-Type application/problem+json if {{ var(txn.kind) -m found }} {{ res.hdr(content-type) -m beg text/html }} !{{ res.hdr(x-instance) -m found }}{limit}
    http-request deny deny_status 413 if {{ req.hdr_val(content-length) gt {BODY_LIMIT} }}
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Forwarded-Proto https
    http-request del-header X-Forwarded-Host
    http-request del-header X-Real-IP
    http-request del-header Forwarded
    use_backend {OPEN} if {{ nbsrv({SHOP}) eq 0 }}
    default_backend {SHOP}"""


def _backend(name: str, balancing: Balancing, web: Sequence[Web], *, checked: bool) -> str:
    cookie = ""
    if balancing.sticky:
        cookie = f"""
    cookie __Host-web insert indirect nocache httponly secure dynamic attr SameSite=Lax
    dynamic-cookie-key {balancing.sticky_key}"""
    checks = ""
    if checked:
        checks = """
    log global
    option httpchk
    http-check send meth GET uri /health/ready ver HTTP/1.1 hdr Host health
    http-check expect status 200"""
    options = server_options(balancing, checked=checked)
    servers = "".join(f"\n    server {one.name} {one.at} {options}" for one in web)
    # A write may have been executed although no answer came, so it is not repeated; unless it brings the key by which
    # the shop applies it once however often it comes.
    return f"""backend {name} from shop
    balance leastconn{cookie}{checks}
    acl reads method GET HEAD OPTIONS
    http-request set-var(txn.again) bool(true) if reads
    http-request set-var(txn.again) bool(true) if {{ method POST }} {{ path_end /cart/lines }} {{ req.hdr(idempotency-key) -m found }}
    http-request set-var(txn.again) bool(true) if {{ method POST }} {{ path_end /checkout }} {{ req.body_param(idempotency_key) -m found }}
    http-request disable-l7-retry unless {{ var(txn.again) -m bool }}
    http-request set-timeout server {SLOWEST_READ}s if reads{servers}"""


def _internal(internal: str) -> str:
    return f"""frontend internal from shop
    bind {internal}
    http-request use-service prometheus-exporter if {{ path /metrics }}
    stats enable
    stats uri /
    stats refresh 2s"""


def _path(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace(" ", "\\ ")
