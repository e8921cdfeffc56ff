"""Everything that can happen to the shop, by name."""

from myclothes.drills import of_caches, of_databases, of_instances, of_zones
from myclothes.drills.scene import Disaster

DISASTERS: dict[str, Disaster] = {
    disaster.name: disaster
    for disaster in (
        *of_instances.DISASTERS,
        *of_caches.DISASTERS,
        *of_databases.DISASTERS,
        *of_zones.DISASTERS,
    )
}
