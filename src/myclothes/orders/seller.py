"""Who sells, as the law wants invoices to say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seller:
    """`address` is one line a line of the settings; `number` the tax or business registration, "" for none."""

    name: str
    address: tuple[str, ...]
    number: str
    email: str

    @classmethod
    def of(cls, name: str, address: str, number: str, sender: str) -> "Seller":
        """From the settings; `sender` is `Name <address>`."""
        lines = tuple(line.strip() for line in address.split("|") if line.strip())
        return cls(name, lines, number, sender.rpartition("<")[2].rstrip(">"))
