"""Lighter and darker tones of one cloth, by steps of perceived lightness (OKLab), so that ink and chalk both keep their folds."""

import re
from dataclasses import dataclass
from math import atan2, cos, hypot, sin

_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
_DARKEST, _LIGHTEST = 0.245, 0.945
_PAPER_HUE, _PAPER_CHROMA = 1.35, 0.012


@dataclass(frozen=True, slots=True)
class Tone:
    """A colour as lightness (0 to 1), chroma and hue (radians) in OKLCH."""

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def read(cls, colour: str) -> "Tone":
        """From `#rrggbb`. Raises ValueError for anything else."""
        if not _HEX.match(colour):
            raise ValueError(f"a colour is #rrggbb, not {colour!r}")
        r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
        long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
        medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
        short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        c = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
        return cls(0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short, hypot(a, c), atan2(c, a))

    def hex(self) -> str:
        """As `#rrggbb`, giving up chroma where the screen has no such colour."""
        chroma = self.chroma
        while True:
            channels = self._channels(chroma)
            if chroma < 0.002 or all(-0.002 <= v <= 1.002 for v in channels):
                return "#" + "".join(f"{round(_gamma(min(max(v, 0), 1)) * 255):02x}" for v in channels)
            chroma *= 0.93

    def step(self, lightness: float, chroma: float = 1.0) -> "Tone":
        """A tone `lightness` steps away, its chroma scaled."""
        return Tone(min(max(self.lightness + lightness, 0.07), 0.992), self.chroma * chroma, self.hue)

    def _channels(self, chroma: float) -> tuple[float, float, float]:
        a, b = chroma * cos(self.hue), chroma * sin(self.hue)
        long = (self.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (self.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )


class Shades:
    """The tones a drawing needs of one cloth colour, and of the paper it lies on, as `#rrggbb`."""

    def __init__(self, colour: str) -> None:
        tone = Tone.read(colour)
        self.own = Tone(min(max(tone.lightness, _DARKEST), _LIGHTEST), tone.chroma, tone.hue)
        level = self.own.lightness
        self.pale = level > 0.6
        self._down = 0.1 + 0.17 * level
        self._up = 0.03 + 0.2 * (1 - level)
        self.base = self.own.hex()
        self.dark = self.down(1)
        self.deep = self.down(1.7)
        self.edge = self.down(1.15)
        self.bright = self.up(1.7)
        self.contrast = self._contrast().hex()

    def down(self, steps: float) -> str:
        """The cloth in shade; a step is larger on pale cloth, where the eye needs more."""
        return self.own.step(-self._down * steps, 1.06 if self.own.chroma > 0.03 or not self.pale else 0.8).hex()

    def up(self, steps: float) -> str:
        """The cloth in light; a step is larger on dark cloth."""
        return self.own.step(self._up * steps, 0.9).hex()

    def paper(self, lightness: float) -> str:
        """Warm paper leaning a little towards the cloth's hue, darker behind pale cloth so that it stands out."""
        glare = min(max((self.own.lightness - 0.78) / 0.17, 0), 1)
        a = _PAPER_CHROMA * cos(_PAPER_HUE) + 0.075 * self.own.chroma * cos(self.own.hue)
        b = _PAPER_CHROMA * sin(_PAPER_HUE) + 0.075 * self.own.chroma * sin(self.own.hue)
        return Tone(lightness - 0.075 * glare, hypot(a, b) * (1 + glare * 0.4), atan2(b, a)).hex()

    def _contrast(self) -> Tone:
        lightness = 0.33 if self.own.lightness > 0.76 else 0.93
        return Tone(
            lightness, min(self.own.chroma, 0.06) + 0.012, self.own.hue if self.own.chroma > 0.02 else _PAPER_HUE
        )


def _linear(v: float) -> float:
    return v / 12.92 if v <= 0.04045 else float(((v + 0.055) / 1.055) ** 2.4)


def _gamma(v: float) -> float:
    return v * 12.92 if v <= 0.0031308 else float(1.055 * v ** (1 / 2.4) - 0.055)
