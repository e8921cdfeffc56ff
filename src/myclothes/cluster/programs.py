"""The system's own programs that networks are made with."""

import functools
import shutil

PACKAGES = {"unshare": "util-linux", "nsenter": "util-linux", "ip": "iproute2", "nft": "nftables"}
"""What Debian calls the package that each of them is in."""


@functools.cache
def program(name: str) -> str | None:
    """Its path; None if there is none. An ordinary user's search path often leaves out where the system keeps them."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def missing() -> list[str]:
    return [name for name in PACKAGES if program(name) is None]
