"""Size guides of the house, in one language and both units."""

from myclothes.catalog.demo.shape import DemoSizeGuide
from myclothes.catalog.demo.size_tables import table
from myclothes.catalog.model import Measure, SizeGuide


def size_guide_of(guide: DemoSizeGuide, language: str) -> SizeGuide:
    return SizeGuide(
        guide.slug,
        guide.name.in_language(language),
        guide.intro.in_language(language),
        [Measure(measure.name.in_language(language), measure.how.in_language(language)) for measure in guide.measures],
        table(guide, "cm"),
        table(guide, "in"),
    )
