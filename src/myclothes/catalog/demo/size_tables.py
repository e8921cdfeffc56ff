"""Size guides as rows of text, in centimetres or inches."""

from myclothes.catalog.demo.shape import DemoMeasure, DemoSizeGuide

_CM_PER_INCH = 2.54


def table(guide: DemoSizeGuide, unit: str) -> list[list[str]]:
    """One row for each size, the size first; `unit` is "cm" or "in". Labels stay as they are."""
    return [
        [row.size, *(cell(measure, value, unit) for measure, value in zip(guide.measures, row.values, strict=True))]
        for row in guide.rows
    ]


def cell(measure: DemoMeasure, value: float | tuple[float, float] | str, unit: str) -> str:
    """One value as text, such as "92–97" for a range."""
    if isinstance(value, str):
        return value
    ends: tuple[float, ...] = value if isinstance(value, tuple) else (value,)
    # Millimetres are how Korea labels shoes: a name, not a length to convert.
    if unit == "in" and measure.unit == "cm":
        step = measure.inch_step
        ends = tuple(round(round(end / _CM_PER_INCH / step) * step, 2) for end in ends)
    return "–".join(dict.fromkeys(f"{end:g}" for end in ends))
