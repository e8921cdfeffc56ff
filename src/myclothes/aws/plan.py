"""`myclothes aws plan`: what a load takes, what it costs, and what gives way first."""

from argparse import Namespace
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from myclothes.aws.config import Config
from myclothes.aws.cost import costs, estimated
from myclothes.aws.figures import figures
from myclothes.aws.sizing import Sizing, Traffic


def sizing_of(config: Config, arguments: Namespace) -> Sizing:
    traffic = Traffic(
        shoppers=arguments.shoppers,
        seconds=arguments.seconds,
        adds=arguments.adds,
        orders=arguments.orders,
        mean=arguments.mean,
    )
    return Sizing(config, traffic, figures("measured", arguments.measured), figures("prices", arguments.prices))


def as_json(sizing: Sizing) -> dict[str, Any]:
    prices = sizing.prices
    limits = sizing.limits()
    return {
        "requests_per_second": round(sizing.traffic.requests, 1),
        "requests_per_second_of_a_core": round(sizing.per_core, 1),
        "prices": {"region": prices["region"], "date": str(prices["date"])},
        "needs": [
            {"setting": need.setting, "configured": need.configured, "needed": need.needed, "met": need.met}
            for need in sizing.needs
        ],
        "web_instances": {"peak": sizing.web_instances, "mean": round(sizing.web_instances_on_average, 1)},
        "monthly": [{"what": c.what, "dollars": round(c.dollars, 2), "how": c.how} for c in costs(sizing)],
        "monthly_total": round(sum(cost.dollars for cost in costs(sizing)), 2),
        "limits": [{"shoppers": int(x.shoppers), "what": x.what, "raised_by": x.raised} for x in limits],
        "first_limit": limits[0].what,
        "estimated_prices": estimated(sizing),
    }


def show(sizing: Sizing, console: Console) -> None:
    traffic, config, prices = sizing.traffic, sizing.config, sizing.prices
    console.print(
        f"{traffic.shoppers:,} shoppers at the peak, a page every {traffic.seconds:g} s: {traffic.requests:,.0f} requests a "
        f"second, of which a core answers {sizing.per_core:,.0f} ({sizing.measured['source']}, {sizing.measured['date']})."
    )
    console.print()
    console.print(_needs(sizing))
    console.print(_costs(sizing))
    console.print(_limits(sizing))
    first = sizing.limits()[0]
    verdict = "before" if first.shoppers < traffic.shoppers else "beyond"
    console.print(
        f"[bold]The first limit, {verdict} your peak:[/bold] at {first.shoppers:,.0f} shoppers {escape(first.what)}. "
        f"Raised by {escape(first.raised)}."
    )
    console.print()
    note = f"Prices: {prices['region']}, {prices['date']}, on demand, without tax."
    if config.region != prices["region"]:
        note += f" {config.region} has prices of its own."
    if guessed := estimated(sizing):
        note += f" Estimated: {', '.join(guessed)}."
    console.print(f"[dim]{note} What is only assumed stands in figures/measured.toml.[/dim]")


def _needs(sizing: Sizing) -> Table:
    table = _table("Needed", "setting", "now", "needed", "because")
    table.add_row(
        "web instances",
        "",
        f"{sizing.web_instances}",
        f"each {sizing.config.web_instance} at {sizing.config.web_cpu} % at the peak",
    )
    for need in sizing.needs:
        mark = "" if need.met else "  [yellow]← raise it[/yellow]"
        table.add_row(need.setting, str(need.configured), str(need.needed), escape(need.because) + mark)
    return table


def _costs(sizing: Sizing) -> Table:
    table = _table("Costs a month, about", "what", "US$", "how")
    listed = costs(sizing)
    for cost in listed:
        table.add_row(cost.what, f"{cost.dollars:,.0f}", escape(cost.how))
    table.add_row("[bold]all[/bold]", f"[bold]{sum(cost.dollars for cost in listed):,.0f}[/bold]", "")
    return table


def _limits(sizing: Sizing) -> Table:
    table = _table("Limits, the nearest first", "shoppers", "what gives way", "raised by")
    for limit in sizing.limits():
        colour = "red" if limit.shoppers < sizing.traffic.shoppers else "green"
        table.add_row(f"[{colour}]{limit.shoppers:,.0f}[/{colour}]", escape(limit.what), escape(limit.raised))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in {"now", "needed", "US$", "shoppers"} else "left")
    return table
