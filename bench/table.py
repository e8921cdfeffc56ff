"""What a benchmark says: a table that reads the same in a terminal and in a Markdown page."""

from dataclasses import dataclass, field


@dataclass
class Table:
    title: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def row(self, *cells: str) -> None:
        self.rows.append(list(cells))

    def __str__(self) -> str:
        lines = [self.columns, ["---", *["--:"] * (len(self.columns) - 1)], *self.rows]
        widths = [max(len(line[n]) for line in lines) for n in range(len(self.columns))]
        shown = [
            "| " + " | ".join(self._cell(line[n], widths[n], n) for n in range(len(line))) + " |" for line in lines
        ]
        return "\n".join([f"### {self.title}", "", *shown, ""])

    def _cell(self, text: str, width: int, column: int) -> str:
        if text == "---":
            return "-" * width
        if text == "--:":
            return "-" * (width - 1) + ":"
        return text.ljust(width) if column == 0 else text.rjust(width)
