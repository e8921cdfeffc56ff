"""The whole architecture on one machine: zones with balancers, web instances, caches and databases, kept alive."""
