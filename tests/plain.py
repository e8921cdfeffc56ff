"""For who asks over plain HTTP: by itself httpx loads the certificates of the world for each client, 50 ms each time."""

import ssl

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody."""
