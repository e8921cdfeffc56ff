"""Which slot of a cluster a command belongs to."""

from valkey.crc import key_slot

from myclothes.kernel.cache.command import Argument

KEYLESS = {"PING", "INFO", "TIME", "DBSIZE", "COMMAND", "CONFIG", "CLIENT", "CLUSTER", "SCRIPT", "FLUSHALL", "PUBLISH"}
SCRIPTS = {"EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO"}


def slot_of(arguments: tuple[Argument, ...]) -> int:
    """The slot of a command's first key, -1 for a command that any node may take."""
    word = str(arguments[0]).upper()
    place = 3 if word in SCRIPTS else 1
    if word in KEYLESS or len(arguments) <= place:
        return -1
    key = arguments[place]
    return key_slot(key if isinstance(key, bytes) else str(key).encode())
