"""One Valkey on ElastiCache: replicated over zones, TLS, a user of its own with a generated password."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from myclothes.aws.config import CACHE_PORT, Config
from myclothes.aws.stacks.network import Network
from myclothes.aws.stacks.retention import retention

VERSION = "9.0"
FAMILY = "valkey9"
USER = "shop"
ALLOWED = "on ~* &* +@all -@admin -@dangerous +info"
"""All that the shop asks, and nothing that could empty or reconfigure a cache."""


class Cache(Construct):
    """`host` is the address to begin with, `id` the replication group's."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        config: Config,
        network: Network,
        *,
        alarms: sns.Topic,
        node: str,
        mode: str,
        shards: int,
        replicas: int,
        durability: str,
        when_full: str,
        snapshot_days: int,
    ) -> None:
        super().__init__(scope, name)
        self.mode, self.shards, self.replicas = mode, shards, replicas
        subnets = network.vpc.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        self.secret = self._secret(config, name)
        group = elasticache.CfnSubnetGroup(
            self, "Subnets", description=f"Where {name.lower()} are", subnet_ids=subnets.subnet_ids
        )
        slow = logs.LogGroup(
            self,
            "Slow",
            log_group_name=f"/{config.name}/{name.lower()}-slow",
            retention=retention(config.log_days),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        cluster = mode == "cluster"
        self.group = elasticache.CfnReplicationGroup(
            self,
            "Group",
            replication_group_description=f"{config.name} {name.lower()}",
            engine="valkey",
            engine_version=VERSION,
            cache_node_type=node,
            cluster_mode="enabled" if cluster else "disabled",
            num_node_groups=shards if cluster else None,
            replicas_per_node_group=replicas if cluster else None,
            num_cache_clusters=None if cluster else replicas + 1,
            multi_az_enabled=True,
            automatic_failover_enabled=True,
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            durability=durability,
            user_group_ids=[self._users(config, name).ref],
            cache_parameter_group_name=self._parameters(name, when_full, cluster=cluster).ref,
            cache_subnet_group_name=group.ref,
            security_group_ids=[network.cache.attr_group_id],
            port=CACHE_PORT,
            notification_topic_arn=alarms.topic_arn,
            snapshot_retention_limit=snapshot_days,
            snapshot_window="01:00-02:00" if snapshot_days else None,
            preferred_maintenance_window="sun:04:30-sun:05:30",
            auto_minor_version_upgrade=True,
            log_delivery_configurations=[
                elasticache.CfnReplicationGroup.LogDeliveryConfigurationRequestProperty(
                    destination_type="cloudwatch-logs",
                    destination_details=elasticache.CfnReplicationGroup.DestinationDetailsProperty(
                        cloud_watch_logs_details=elasticache.CfnReplicationGroup.CloudWatchLogsDestinationDetailsProperty(
                            log_group=slow.log_group_name
                        )
                    ),
                    log_format="json",
                    log_type="slow-log",
                )
            ],
        )
        keep = config.keep_data and snapshot_days > 0
        self.group.apply_removal_policy(cdk.RemovalPolicy.SNAPSHOT if keep else cdk.RemovalPolicy.DESTROY)
        # More shards are added while it runs; a new version comes node by node.
        self.group.cfn_options.update_policy = cdk.CfnUpdatePolicy(use_online_resharding=True)
        self.id = self.group.ref
        self.host = (
            self.group.attr_configuration_end_point_address if cluster else self.group.attr_primary_end_point_address
        )

    def nodes(self) -> list[list[str]]:
        """Ids of all nodes, shard by shard, as ElastiCache forms them: metrics are found by these."""
        if self.mode != "cluster":
            return [[f"{self.id}-{node:03}" for node in range(1, self.replicas + 2)]]
        return [
            [f"{self.id}-{shard:04}-{node:03}" for node in range(1, self.replicas + 2)]
            for shard in range(1, self.shards + 1)
        ]

    def _secret(self, config: Config, name: str) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            "Secret",
            description=f"Opens the Valkey for {name.lower()}",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=f'{{"username":"{USER}"}}',
                generate_string_key="password",
                password_length=64,
                exclude_punctuation=True,
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN if config.keep_data else cdk.RemovalPolicy.DESTROY,
        )

    def _users(self, config: Config, name: str) -> elasticache.CfnUserGroup:
        user = elasticache.CfnUser(
            self,
            "User",
            engine="valkey",
            user_id=f"{config.name}-{name.lower()}",
            user_name=USER,
            access_string=ALLOWED,
            authentication_mode={
                "Type": "password",
                "Passwords": [self.secret.secret_value_from_json("password").unsafe_unwrap()],
            },
        )
        return elasticache.CfnUserGroup(
            self, "Users", engine="valkey", user_group_id=f"{config.name}-{name.lower()}", user_ids=[user.ref]
        )

    def _parameters(self, name: str, when_full: str, *, cluster: bool) -> elasticache.CfnParameterGroup:
        return elasticache.CfnParameterGroup(
            self,
            "Parameters",
            cache_parameter_group_family=FAMILY,
            description=f"{name} when full: {when_full}",
            properties={"maxmemory-policy": when_full, "cluster-enabled": "yes" if cluster else "no"},
        )
