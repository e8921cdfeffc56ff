"""A web application firewall: AWS's own rules, and a limit for each address where addresses can be trusted."""

from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from myclothes.aws.config import Config

REQUESTS = 3_000
"""From one address in five minutes; a person with all pictures of many pages stays below."""
RULES = {
    # Messages of the payment provider and long addresses are larger than this rule thinks; the shop has limits itself.
    "AWSManagedRulesCommonRuleSet": ["SizeRestrictions_BODY"],
    "AWSManagedRulesKnownBadInputsRuleSet": [],
    "AWSManagedRulesAmazonIpReputationList": [],
    "AWSManagedRulesSQLiRuleSet": [],
}


def firewall(scope: Construct, config: Config, *, at: str, limit: bool) -> waf.CfnWebACL:
    """`at` is `REGIONAL`, for balancers, or `CLOUDFRONT`. `limit` only where the shopper's own address is seen."""
    return waf.CfnWebACL(
        scope,
        "Firewall",
        scope=at,
        default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=_seen(f"{config.name}-firewall"),
        rules=[*_managed(), *([_limit(priority=len(RULES))] if limit else [])],
    )


def at_balancer(scope: Construct, config: Config, balancer: elb.ApplicationLoadBalancer) -> None:
    """Behind CloudFront its addresses are seen here, so a limit would be for a whole city; what a request says of its
    own way can be invented.
    """
    acl = firewall(scope, config, at="REGIONAL", limit=not config.cdn)
    waf.CfnWebACLAssociation(
        scope, "FirewallAtBalancer", resource_arn=balancer.load_balancer_arn, web_acl_arn=acl.attr_arn
    )


def _managed() -> list[waf.CfnWebACL.RuleProperty]:
    return [
        waf.CfnWebACL.RuleProperty(
            name=name,
            priority=priority,
            override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
            statement=waf.CfnWebACL.StatementProperty(
                managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                    vendor_name="AWS",
                    name=name,
                    rule_action_overrides=[
                        waf.CfnWebACL.RuleActionOverrideProperty(
                            name=rule, action_to_use=waf.CfnWebACL.RuleActionProperty(count={})
                        )
                        for rule in counted
                    ]
                    or None,
                )
            ),
            visibility_config=_seen(name),
        )
        for priority, (name, counted) in enumerate(RULES.items())
    ]


def _limit(priority: int) -> waf.CfnWebACL.RuleProperty:
    return waf.CfnWebACL.RuleProperty(
        name="OneAddress",
        priority=priority,
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        statement=waf.CfnWebACL.StatementProperty(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(limit=REQUESTS, aggregate_key_type="IP")
        ),
        visibility_config=_seen("OneAddress"),
    )


def _seen(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
