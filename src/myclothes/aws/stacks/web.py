"""The web tier: instances that keep nothing, over all zones, as many as the load wants."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from myclothes.aws.boot import LOG_NAMES, Release, boot_commands, log_group, plain_settings
from myclothes.aws.config import Config
from myclothes.aws.farewell import HOOK
from myclothes.aws.stacks.data import Data
from myclothes.aws.stacks.edge import Edge, errors_alarm
from myclothes.aws.stacks.network import RANGE, Network, as_group
from myclothes.aws.stacks.outputs import output
from myclothes.aws.stacks.permissions import allow
from myclothes.aws.stacks.retention import retention

GRACE_SECONDS = 300
"""How long a new instance may take to install a release and turn ready."""
FAREWELL_SECONDS = 120


class Web(cdk.Stack):
    def __init__(
        self,
        scope: Construct,
        config: Config,
        network: Network,
        data: Data,
        edge: Edge,
        *,
        base_url: str,
        wheel: Path,
        requirements: Path,
        **options: object,
    ) -> None:
        super().__init__(scope, f"{config.name}-web", **options)
        release, objects = self._release(wheel, requirements)
        settings = self._settings(config, data, base_url)
        self._log_groups(config)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
        template = self._template(config, network, boot_commands(config, release, settings.parameter_name))
        self.group = self._group(config, network, data, edge, template)
        allow(self, self.role, config, data, settings=settings, objects=objects)
        output(self, "ShopAddress", base_url, "Where shoppers come to")
        output(self, "WebGroup", self.group.auto_scaling_group_name, "The web instances")

    def _release(self, wheel: Path, requirements: Path) -> tuple[Release, list[assets.Asset]]:
        """Named after their content: another release is another launch template, and so a refresh."""
        of_wheel = assets.Asset(self, "Wheel", path=str(wheel))
        of_requirements = assets.Asset(self, "Requirements", path=str(requirements))
        release = Release(of_wheel.s3_bucket_name, of_wheel.s3_object_key, wheel.name, of_requirements.s3_object_key)
        return release, [of_wheel, of_requirements]

    def _settings(self, config: Config, data: Data, base_url: str) -> ssm.StringParameter:
        document = {
            "settings": plain_settings(config, base_url=base_url, table=data.table.table_name, network=RANGE),
            "cdn": config.cdn,
            "database": {
                "host": data.database.host,
                "name": "shop",
                "replicas": data.database.replicas,
                "secret": data.database.secret.secret_arn,
                "master_secret": data.database.master_secret.secret_arn,
            },
            "carts": {"host": data.carts.host, "mode": data.carts.mode, "secret": data.carts.secret.secret_arn},
            "pages": {"host": data.pages.host, "mode": data.pages.mode, "secret": data.pages.secret.secret_arn},
            "shop_secret": data.shop_secret.secret_arn,
        }
        return ssm.StringParameter(
            self,
            "Settings",
            parameter_name=f"/{config.name}/settings",
            description="How the shop is set up; nothing secret",
            string_value=self.to_json_string(document),
            tier=ssm.ParameterTier.INTELLIGENT_TIERING,
        )

    def _log_groups(self, config: Config) -> None:
        for name in LOG_NAMES:
            logs.LogGroup(
                self,
                f"Log{name.capitalize()}",
                log_group_name=log_group(config, name),
                retention=retention(config.log_days),
                removal_policy=cdk.RemovalPolicy.DESTROY,
            )

    def _template(self, config: Config, network: Network, commands: list[str]) -> ec2.LaunchTemplate:
        arm = config.architecture == "arm64"
        image = ec2.MachineImage.latest_amazon_linux2023(
            cpu_type=ec2.AmazonLinuxCpuType.ARM_64 if arm else ec2.AmazonLinuxCpuType.X86_64
        )
        script = ["#!/bin/bash", f"# Settings {config.fingerprint}: other settings make other instances.", *commands]
        return ec2.LaunchTemplate(
            self,
            "Template",
            machine_image=image,
            instance_type=ec2.InstanceType(config.web_instance),
            security_group=as_group(self, "WebGroup", network.web),
            role=self.role,
            user_data=ec2.UserData.custom("\n".join(script) + "\n"),
            require_imdsv2=True,
            http_put_response_hop_limit=1,
            instance_metadata_tags=False,
            detailed_monitoring=True,
            associate_public_ip_address=False,
            block_devices=[
                ec2.BlockDevice(
                    device_name="/dev/xvda",
                    volume=ec2.BlockDeviceVolume.ebs(
                        config.web_disk,
                        encrypted=True,
                        volume_type=ec2.EbsDeviceVolumeType.GP3,
                        delete_on_termination=True,
                    ),
                )
            ],
        )

    def _group(
        self, config: Config, network: Network, data: Data, edge: Edge, template: ec2.LaunchTemplate
    ) -> autoscaling.AutoScalingGroup:
        group = autoscaling.AutoScalingGroup(
            self,
            "Group",
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            launch_template=template,
            min_capacity=config.web_min,
            max_capacity=config.web_max,
            health_checks=autoscaling.HealthChecks.with_additional_checks(
                grace_period=cdk.Duration.seconds(GRACE_SECONDS),
                additional_types=[autoscaling.AdditionalHealthCheckType.ELB],
            ),
            default_instance_warmup=cdk.Duration.seconds(120),
            max_instance_lifetime=cdk.Duration.days(config.web_days),
            capacity_rebalance=True,
            group_metrics=[autoscaling.GroupMetrics.all()],
            notifications=[
                autoscaling.NotificationConfiguration(
                    topic=data.alarms, scaling_events=autoscaling.ScalingEvents.ERRORS
                )
            ],
            update_policy=autoscaling.UpdatePolicy.instance_refresh(
                strategy=autoscaling.InstanceRefreshStrategy.ROLLING,
                min_healthy_percentage=100,
                max_healthy_percentage=150,
                instance_warmup=cdk.Duration.seconds(120),
                alarms=[cloudwatch.Alarm.from_alarm_name(self, "Errors", errors_alarm(config))],
            ),
        )
        group.attach_to_application_target_group(edge.targets)
        group.scale_on_cpu_utilization("Cpu", target_utilization_percent=config.web_cpu)
        autoscaling.TargetTrackingScalingPolicy(
            self,
            "Requests",
            auto_scaling_group=group,
            predefined_metric=autoscaling.PredefinedMetric.ALB_REQUEST_COUNT_PER_TARGET,
            resource_label=f"{edge.balancer.load_balancer_full_name}/{edge.targets.target_group_full_name}",
            target_value=config.web_requests,
        )
        group.add_lifecycle_hook(
            "Farewell",
            lifecycle_hook_name=HOOK,
            lifecycle_transition=autoscaling.LifecycleTransition.INSTANCE_TERMINATING,
            heartbeat_timeout=cdk.Duration.seconds(FAREWELL_SECONDS),
            default_result=autoscaling.DefaultResult.CONTINUE,
        )
        made = group.node.default_child
        assert isinstance(made, autoscaling.CfnAutoScalingGroup)  # noqa: S101
        made.add_property_override(
            "AvailabilityZoneImpairmentPolicy",
            {"ZonalShiftEnabled": config.zonal_shift, "ImpairedZoneHealthCheckBehavior": "IgnoreUnhealthy"},
        )
        return group
