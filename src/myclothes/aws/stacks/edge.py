"""What the world meets: load balancer, certificate, name, and the firewall if there is to be one."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from myclothes.aws.config import HTTP_PORT, HTTPS_PORT, SHOP_PORT, Config
from myclothes.aws.stacks.buckets import log_bucket
from myclothes.aws.stacks.firewall import at_balancer
from myclothes.aws.stacks.network import Network, as_group
from myclothes.aws.stacks.outputs import output

READY = "/health/ready"
IDLE_SECONDS = 60
"""An instance keeps idle connections longer than that, so that it never closes one that is just being used."""


class Edge(cdk.Stack):
    def __init__(self, scope: Construct, config: Config, network: Network, **options: object) -> None:
        super().__init__(scope, f"{config.name}-edge", **options)
        self.balancer = self._balancer(config, network, log_bucket(self, "AccessLogs", config))
        self.targets = self._targets(config, network)
        self.zone = hosted_zone(self, config)
        self._listen(config)
        if config.waf:
            at_balancer(self, config, self.balancer)
        if self.zone is not None:
            self._name(self.zone, config)
        self.errors = self._errors(config)
        output(self, "LoadBalancer", self.address, "The balancer's own name")

    @property
    def address(self) -> str:
        """Where CloudFront goes to."""
        return self.balancer.load_balancer_dns_name

    def hosts(self, name: str, statistic: str) -> cloudwatch.Metric:
        """`HealthyHostCount` or `UnHealthyHostCount`. The CDK's own would take a listener's name apart, which changes."""
        return cloudwatch.Metric(
            namespace="AWS/ApplicationELB",
            metric_name=name,
            dimensions_map={
                "LoadBalancer": self.balancer.load_balancer_full_name,
                "TargetGroup": self.targets.target_group_full_name,
            },
            statistic=statistic,
            period=cdk.Duration.minutes(1),
        )

    def _balancer(self, config: Config, network: Network, bucket: s3.IBucket) -> elb.ApplicationLoadBalancer:
        balancer = elb.ApplicationLoadBalancer(
            self,
            "Balancer",
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
            internet_facing=True,
            security_group=as_group(self, "BalancerGroup", network.balancer),
            deletion_protection=config.protected,
            drop_invalid_header_fields=True,
            idle_timeout=cdk.Duration.seconds(IDLE_SECONDS),
        )
        balancer.log_access_logs(bucket)
        balancer.set_attribute("load_balancing.cross_zone.enabled", "true")
        balancer.set_attribute("zonal_shift.config.enabled", "true" if config.zonal_shift else "false")
        return balancer

    def _targets(self, config: Config, network: Network) -> elb.ApplicationTargetGroup:
        return elb.ApplicationTargetGroup(
            self,
            "Shop",
            vpc=network.vpc,
            port=SHOP_PORT,
            protocol=elb.ApplicationProtocol.HTTP,
            target_type=elb.TargetType.INSTANCE,
            deregistration_delay=cdk.Duration.seconds(config.deregistration_seconds),
            load_balancing_algorithm_type=elb.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
            stickiness_cookie_duration=cdk.Duration.hours(config.sticky_hours) if config.sticky else None,
            health_check=elb.HealthCheck(
                path=READY,
                healthy_http_codes="200",
                interval=cdk.Duration.seconds(config.health_seconds),
                timeout=cdk.Duration.seconds(config.health_seconds - 2),
                healthy_threshold_count=2,
                unhealthy_threshold_count=config.unhealthy_after,
            ),
        )

    def _listen(self, config: Config) -> None:
        """Without a domain there can be no certificate: CloudFront gives shoppers HTTPS then, and comes in here by HTTP."""
        self.balancer.add_listener("Http", port=HTTP_PORT, open=False, default_action=self._plain())
        if self.zone is None or config.domain is None or config.origin_domain is None:
            return
        certificate = acm.Certificate(
            self,
            "Certificate",
            domain_name=config.domain,
            subject_alternative_names=None if config.origin_domain == config.domain else [config.origin_domain],
            validation=acm.CertificateValidation.from_dns(self.zone),
        )
        self.balancer.add_listener(
            "Https",
            port=HTTPS_PORT,
            open=False,
            certificates=[certificate],
            ssl_policy=elb.SslPolicy.RECOMMENDED_TLS,
            default_action=elb.ListenerAction.forward([self.targets]),
        )

    def _plain(self) -> elb.ListenerAction:
        if self.zone is None:
            return elb.ListenerAction.forward([self.targets])
        return elb.ListenerAction.redirect(protocol="HTTPS", port=str(HTTPS_PORT), permanent=True)

    def _name(self, zone: route53.IHostedZone, config: Config) -> None:
        to_balancer = route53.RecordTarget.from_alias(targets.LoadBalancerTarget(self.balancer))
        record = route53.ARecord(self, "Name", zone=zone, record_name=config.origin_domain, target=to_balancer)
        made = record.node.default_child
        assert isinstance(made, route53.CfnRecordSet)  # noqa: S101
        made.add_property_override("AliasTarget.EvaluateTargetHealth", True)

    def _errors(self, config: Config) -> cloudwatch.Alarm:
        """Answers that went wrong. A release that makes them is taken back, an experiment stopped."""
        metric = cloudwatch.MathExpression(
            expression="100 * (FILL(web, 0) + FILL(balancer, 0)) / FILL(requests, 1)",
            label="answers that went wrong, per cent",
            period=cdk.Duration.minutes(1),
            using_metrics={
                "web": self.balancer.metrics.http_code_target(elb.HttpCodeTarget.TARGET_5XX_COUNT, statistic="Sum"),
                "balancer": self.balancer.metrics.http_code_elb(elb.HttpCodeElb.ELB_5XX_COUNT, statistic="Sum"),
                "requests": self.balancer.metrics.request_count(statistic="Sum"),
            },
        )
        return metric.create_alarm(
            self,
            "Errors",
            alarm_name=errors_alarm(config),
            alarm_description="More than 1 % of answers go wrong",
            threshold=1,
            evaluation_periods=3,
            datapoints_to_alarm=2,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def hosted_zone(scope: Construct, config: Config) -> route53.IHostedZone | None:
    if config.hosted_zone_id is None or config.zone_name is None:
        return None
    return route53.HostedZone.from_hosted_zone_attributes(
        scope, "Zone", hosted_zone_id=config.hosted_zone_id, zone_name=config.zone_name
    )


def errors_alarm(config: Config) -> str:
    """Name of the alarm that takes a release back."""
    return f"{config.name}-errors"
