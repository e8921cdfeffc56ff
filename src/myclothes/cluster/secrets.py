"""What nobody outside the cluster may know: made once, kept in its folder, readable for its owner alone."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from myclothes.engines.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class Secrets:
    """Letters and digits only, so that they need no quoting in addresses and files."""

    sealing: str
    """Seals the cookies of shoppers."""
    database: str
    valkey: str

    @property
    def sticky(self) -> str:
        """For the cookies of balancers, who need not know what seals those of the shop."""
        return hashlib.blake2b(self.sealing.encode(), digest_size=8, person=b"sticky").hexdigest()

    @classmethod
    def of(cls, folder: Path) -> "Secrets":
        """Those of the cluster in `folder`, which must exist."""
        path = folder / "secrets.json"
        if not path.exists():
            write_whole(path, json.dumps(asdict(cls(*(secrets.token_hex(32) for _ in range(3))))))
        return cls(**json.loads(path.read_text()))
