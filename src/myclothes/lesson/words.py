"""What each act teaches, in words: for the terminal and for the page alike."""

from myclothes.lesson.act import Act
from myclothes.lesson.play import Lesson
from myclothes.lesson.wall import Wall

KEPT_IN = {
    "memory": "in the memory of whichever instance answers",
    "memory, sticky": "in the memory of one instance, to which the balancer sends the shopper again",
    "cookie": "with the shopper, sealed in a cookie",
    "valkey": "in Valkey; the shopper carries an unguessable id",
    "dynamodb": "in DynamoDB; the shopper carries an unguessable id",
    "sql": "in PostgreSQL; the shopper carries an unguessable id",
}
COOKIE_LIMIT = 4_096
"""Bytes of a cookie that every browser keeps (RFC 6265, 6.1)."""
STAND_IN = "DynamoDB is played by a stand-in for development here: what it loses is true, how long it takes is not."


def verdict(act: Act, wall: Wall) -> str:
    """One sentence: what the shoppers of this act have seen."""
    if act.carts == "memory" and not act.sticky:
        return f"Carts vanish while people shop: {act.lost} of {act.added} pieces, {act.shoppers_hurt} of {act.shoppers} shoppers."
    if act.carts == "memory":
        fine = "Fine" if not act.lost else f"{act.lost} pieces gone"
        return (
            f"{fine}, until an instance dies: then {act.lost_by_death} pieces of {act.hurt_by_death} shoppers are gone."
        )
    lost = act.lost + act.lost_by_death
    nothing = "Nothing lost" if not lost else f"{lost} pieces lost"
    if act.carts == "cookie":
        end = f" at {wall.full_at} lines, and there it ends" if wall.full_at else ""
        of = f"{wall.weights[-1]:,} of the {COOKIE_LIMIT:,} bytes that a browser keeps"
        return f"{nothing}, but every request carries the cart: {of}{end}."
    return f"{nothing}: whichever instance answers finds the cart. It adds {act.carried} bytes to a request, always."


def morals(lesson: Lesson) -> list[str]:
    """What to take home."""
    wall, valkey, sql = lesson.wall, lesson.of("valkey"), lesson.of("sql")
    tampered = "An empty cart" if not wall.tampered_lines else f"A cart of {wall.tampered_lines} lines"
    sealed = f"{tampered} is what a cookie with one changed character gets."
    told = [
        "An instance must not keep what a shopper would miss. Stickiness hides that mistake until the instance dies.",
        f"A cookie needs no server at all, but is small, travels with every request, and must be sealed: {sealed}",
        "A cart in a shared store survives every instance, and instances may come and go with the load.",
    ]
    if valkey.cpu_us and sql.cpu_us:
        told.append(
            f"Of the shared stores Valkey is the cheapest: {valkey.cpu_us:,.0f} µs of processor for an add here, "
            f"against {sql.cpu_us:,.0f} µs in SQL. That is why it is the default; SQL is there for who runs nothing else."
            if valkey.cpu_us < sql.cpu_us
            else f"Valkey took {valkey.cpu_us:,.0f} µs of processor for an add this time and SQL {sql.cpu_us:,.0f} µs: "
            "on a machine as busy as this one, give the lesson again."
        )
    return told


def percentile(sorted_values: list[float] | tuple[float, ...], share: float) -> float:
    """0 for none."""
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))] if sorted_values else 0.0
