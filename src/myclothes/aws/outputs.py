"""What the deployed stacks say of themselves: addresses and names."""

from myclothes.aws.assembly import Assembly
from myclothes.aws.cloud import Cloud
from myclothes.aws.cloudformation import Stack

_OF_THE_CDK = "PublishOutput"
"""Outputs that only pass something from stack to stack."""


def outputs(cloud: Cloud, assembly: Assembly) -> dict[str, list[tuple[str, str, str]]]:
    """By stack: name, value and meaning of each. Stacks that are not there are left out."""
    found = {
        file.name: [
            output
            for output in Stack(cloud.at(file.region), file.name).outputs()
            if not output[0].startswith(_OF_THE_CDK)
        ]
        for file in assembly.stacks
    }
    return {name: listed for name, listed in found.items() if listed}
