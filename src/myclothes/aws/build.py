"""All stacks of one shop. Importing this starts Node.js; `myclothes.aws.app` sees to it that there is one."""

from itertools import pairwise
from pathlib import Path

import aws_cdk as cdk

from myclothes.aws.config import Config
from myclothes.aws.stacks.data import Data
from myclothes.aws.stacks.edge import Edge
from myclothes.aws.stacks.exceptions import acknowledge
from myclothes.aws.stacks.media import Media
from myclothes.aws.stacks.network import Network
from myclothes.aws.stacks.ops import Ops
from myclothes.aws.stacks.web import Web

ASSETS = "myclothes-assets-${AWS::AccountId}-${AWS::Region}"
"""The bucket that releases are put into before a deployment."""


def build(app: cdk.App, config: Config, *, wheel: Path, requirements: Path) -> list[cdk.Stack]:
    """All stacks, in the order in which they are deployed."""

    def options(tier: str, region: str = config.region) -> dict[str, object]:
        return {
            "env": cdk.Environment(region=region),
            "description": f"MyClothes, {tier}",
            "synthesizer": cdk.CliCredentialsStackSynthesizer(file_assets_bucket_name=ASSETS),
        }

    network = Network(app, config, **options("network and security groups"))
    data = Data(app, config, network, **options("everything that is kept"))
    edge = Edge(app, config, network, **options("load balancer and name"))
    stacks: list[cdk.Stack] = [network, data, edge]
    base_url = f"https://{config.domain}"
    if config.cdn:
        address = None if config.domain else edge.address
        media = Media(app, config, address, **options("CloudFront and pictures", config.cdn_region))
        stacks.append(media)
        if not config.domain:
            base_url = f"https://{media.distribution.distribution_domain_name}"
    web = Web(
        app,
        config,
        network,
        data,
        edge,
        base_url=base_url,
        wheel=wheel,
        requirements=requirements,
        **options("web instances"),
    )
    ops = Ops(app, config, data, edge, web.group, **options("alarms, dashboard, experiments"))
    stacks += [web, ops]
    for before, after in pairwise(stacks):
        after.add_stack_dependency(before)
    for stack in stacks:
        cdk.Tags.of(stack).add("shop", config.name)
    acknowledge(stacks, config)
    return stacks
