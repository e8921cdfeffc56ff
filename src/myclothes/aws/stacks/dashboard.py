"""One page that shows how the shop is, tier by tier."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from myclothes.aws.config import Config
from myclothes.aws.stacks.caches import Cache
from myclothes.aws.stacks.data import Data
from myclothes.aws.stacks.edge import Edge

MINUTE = cdk.Duration.minutes(1)


def dashboard(
    scope: Construct, config: Config, data: Data, edge: Edge, alarms: Sequence[cloudwatch.IAlarm]
) -> cloudwatch.Dashboard:
    made = cloudwatch.Dashboard(scope, "Dashboard", dashboard_name=f"{config.name}-{config.region}")
    made.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=24, height=4))
    metrics = edge.balancer.metrics
    made.add_widgets(
        _graph("Requests a minute", metrics.request_count(statistic="Sum", period=MINUTE)),
        _graph(
            "Seconds an answer takes",
            metrics.target_response_time(statistic="p50", period=MINUTE),
            metrics.target_response_time(statistic="p99", period=MINUTE),
        ),
        _graph(
            "Answers that went wrong",
            metrics.http_code_target(elb.HttpCodeTarget.TARGET_5XX_COUNT, statistic="Sum", period=MINUTE),
            metrics.http_code_elb(elb.HttpCodeElb.ELB_5XX_COUNT, statistic="Sum", period=MINUTE),
        ),
        _graph("Healthy instances", edge.hosts("HealthyHostCount", "Minimum")),
    )
    made.add_widgets(
        _graph("PostgreSQL: CPU, per cent", *_databases(data, "CPUUtilization")),
        _graph("PostgreSQL: connections", *_databases(data, "DatabaseConnections")),
        _graph("PostgreSQL: seconds a replica is behind", *_databases(data, "ReplicaLag")),
        _graph("PostgreSQL: free disk, bytes", *_databases(data, "FreeStorageSpace")),
    )
    made.add_widgets(
        _graph("Carts: memory, per cent", *_nodes(data.carts, "DatabaseMemoryUsagePercentage")),
        _graph("Carts: CPU, per cent", *_nodes(data.carts, "EngineCPUUtilization")),
        _graph("Pages: memory, per cent", *_nodes(data.pages, "DatabaseMemoryUsagePercentage")),
        _graph("Pages: evictions", *_nodes(data.pages, "Evictions")),
    )
    return made


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=6, height=6)


def _databases(data: Data, name: str) -> list[cloudwatch.IMetric]:
    kind = "DBClusterIdentifier" if data.database.cluster else "DBInstanceIdentifier"
    found = [(kind, data.database.id), *(("DBInstanceIdentifier", one.ref) for one in data.database.replica_instances)]
    return [
        cloudwatch.Metric(namespace="AWS/RDS", metric_name=name, dimensions_map={dimension: value}, period=MINUTE)
        for dimension, value in found
    ]


def _nodes(cache: Cache, name: str) -> list[cloudwatch.IMetric]:
    return [
        cloudwatch.Metric(
            namespace="AWS/ElastiCache", metric_name=name, dimensions_map={"CacheClusterId": node}, period=MINUTE
        )
        for shard in cache.nodes()
        for node in shard
    ]
