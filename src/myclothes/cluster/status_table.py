"""`myclothes cluster status` for people: every node, tier by tier."""

from typing import Any

from rich.table import Table

from myclothes.terminal import Terminal

TIERS = {
    "balancer": "Load balancers",
    "web": "Web instances",
    "relay": "Relays",
    "carts": "Carts (Valkey)",
    "pages": "Pages (Valkey)",
    "dynamodb": "DynamoDB",
    "database": "Databases",
}
COLOURS = {"up": "green", "dead": "red", "frozen": "blue", "paused": "blue", "cut off": "yellow"}


def show(found: dict[str, Any], terminal: Terminal) -> None:
    """`found` is what the control socket answers to `status`."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("", "zone", "state", "role", "behind", "address", "memory"):
        table.add_column(column, justify="right" if column in ("behind", "memory") else "left", no_wrap=True)
    for kind, tier in TIERS.items():
        nodes = [node for node in found["nodes"] if node["kind"] == kind]
        if nodes:
            table.add_row(f"[bold]{tier}[/bold]")
        for node in nodes:
            table.add_row(*_row(node))
    terminal.show(table)
    terminal.say("")
    for zone, about in found["zones"].items():
        terminal.say(f"zone {zone}: {about['url']}{'  [yellow]away[/yellow]' if about['away'] else ''}")
    terminal.say(f"memory: {_bytes(found['memory'])} in all")
    if found["green"]:
        terminal.say("[green]All is well.[/green]")
    else:
        for why in found["why_not"]:
            terminal.say(f"[red]{why}[/red]")


def _row(node: dict[str, Any]) -> tuple[str, ...]:
    colour = COLOURS[node["state"]]
    role = f"[bold]{node['role']}[/bold]" if node["role"] == "primary" else node["role"]
    port = f":{node['port']}" if node["port"] else ""
    behind = "" if node["lag"] is None or node["role"] == "primary" else _bytes(node["lag"])
    memory = _bytes(node["memory"]) if node["memory"] else ""
    state = f"[{colour}]{node['state']}[/{colour}]"
    return f"  {node['name']}", node["zone"], state, role, behind, f"{node['address']}{port}", memory


def _bytes(number: float) -> str:
    for unit in ("B", "KB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:.2f} GB"
