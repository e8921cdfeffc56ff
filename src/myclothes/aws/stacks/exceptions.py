"""Where we do otherwise than the rules of AWS Solutions (cdk-nag) have it, and why."""

from typing import NamedTuple

import aws_cdk as cdk
from constructs import IConstruct

from myclothes.aws.boot import LOG_NAMES
from myclothes.aws.config import Config


class Accepted(NamedTuple):
    rule: str
    at: str
    """Path of a construct below its stack, after the stack's tier. One that a choice leaves out is no mistake."""
    reason: str
    protected: bool = True
    """Whether a shop with real data may do so as well."""


EXCEPTIONS = (
    Accepted("EC23", "network/WorldToBalancer80", "The shop is for the whole world; this leads to HTTPS."),
    Accepted("EC23", "network/WorldToBalancer443", "The shop is for the whole world."),
    Accepted("RDS11", "data/Database", "A secret port protects from nothing; the security group does."),
    Accepted("RDS2", "data/Database/Replica*", "A replica is encrypted as its source is, and may not say so itself."),
    Accepted(
        "RDS3", "data/Database/Replica*", "Replicas stand in several zones already, and the shop reads elsewhere."
    ),
    Accepted("RDS10", "data/Database/Replica*", "A replica holds nothing that its source does not."),
    Accepted("RDS10", "data/Database/Primary", "This shop is for trying, and goes as it came.", protected=False),
    Accepted("AEC6", "data/Carts/Group", "A user of its own with few rights opens it, which AUTH cannot give."),
    Accepted("AEC6", "data/Pages/Group", "A user of its own with few rights opens it, which AUTH cannot give."),
    Accepted(
        "SMG4", "data/Carts/Secret", "Rotated by hand, as the documentation has it: two passwords hold meanwhile."
    ),
    Accepted(
        "SMG4", "data/Pages/Secret", "Rotated by hand, as the documentation has it: two passwords hold meanwhile."
    ),
    Accepted("SMG4", "data/ShopSecret", "A key that seals cookies is replaced by hand, in two steps, with both known."),
    Accepted("S1", "edge/AccessLogs", "This is where access logs go; logs of the logs would never end."),
    Accepted("CFR1", "media/Distribution", "The shop sells everywhere."),
    Accepted(
        "CFR2", "media/Distribution", "A firewall is a choice; without a domain it stands in front of the balancer."
    ),
    Accepted(
        "CFR4", "media/Distribution", "Without a domain there is only CloudFront's own certificate, with its TLS."
    ),
    Accepted(
        "CFR5", "media/Distribution", "Without a domain the balancer has no certificate; then this is for trying."
    ),
    Accepted("AS3", "web/Group", "Instances come and go with the load; only failures are news."),
    *(
        Accepted(
            f"IAM5[Resource::arn:aws:logs:{{region}}:<AWS::AccountId>:log-group:/{{name}}/{log}:*]",
            "web/Permissions",
            "The streams of one of our own log groups.",
        )
        for log in LOG_NAMES
    ),
    Accepted(
        "IAM5[Resource::arn:aws:autoscaling:{region}:<AWS::AccountId>:autoScalingGroup:*:autoScalingGroupName/{name}-web-*]",
        "web/Permissions",
        "Our own group, whose id nobody knows before.",
    ),
    Accepted("IAM5[Resource::*]", "web/Permissions", "These actions know no resource."),
    Accepted("IAM5[Resource::*]", "ops/Experiments/Role/DefaultPolicy", "These actions know no resource."),
    Accepted(
        "IAM5[Resource::arn:aws:elasticache:{region}:<AWS::AccountId>:replicationgroup:*]",
        "ops/Experiments/Role/DefaultPolicy",
        "Which caches are hurt, the experiment says.",
    ),
    *(
        Accepted(
            f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSFaultInjectionSimulator{name}Access]",
            "ops/Experiments/Role",
            "AWS keeps the lists of what its fault injection needs.",
        )
        for name in ("EC2", "RDS", "Network")
    ),
)


def acknowledge(stacks: list[cdk.Stack], config: Config, exceptions: tuple[Accepted, ...] = EXCEPTIONS) -> None:
    for exception in exceptions:
        if config.protected and not exception.protected:
            continue
        tier, _, path = exception.at.partition("/")
        for stack in stacks:
            if stack.stack_name.endswith(f"-{tier}"):
                for construct in _found(stack, path.split("/")):
                    rule = exception.rule.format(name=config.name, region=config.region)
                    cdk.Validations.of(construct).acknowledge(
                        cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=exception.reason)
                    )


def _found(scope: IConstruct, path: list[str]) -> list[IConstruct]:
    if not path:
        return [scope]
    first, *rest = path
    children = [
        child
        for child in scope.node.children
        if child.node.id == first or (first.endswith("*") and child.node.id.startswith(first[:-1]))
    ]
    return [found for child in children for found in _found(child, rest)]
