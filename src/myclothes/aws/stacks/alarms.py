"""What wakes somebody up, and what it means. Each alarm says what to look at first."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from myclothes.aws.config import Config
from myclothes.aws.stacks.caches import Cache
from myclothes.aws.stacks.data import Data
from myclothes.aws.stacks.edge import Edge

MINUTE = cdk.Duration.minutes(1)
GB = 1024**3


class Alarms(Construct):
    """`all` are the alarms, for a dashboard and for tests."""

    def __init__(
        self, scope: Construct, config: Config, data: Data, edge: Edge, group: autoscaling.AutoScalingGroup
    ) -> None:
        super().__init__(scope, "Alarms")
        self._topic = actions.SnsAction(sns.Topic.from_topic_arn(self, "Topic", data.alarms.topic_arn))
        edge.errors.add_alarm_action(actions.SnsAction(sns.Topic.from_topic_arn(edge, "Topic", data.alarms.topic_arn)))
        self.all: list[cloudwatch.IAlarm] = [edge.errors]
        self._web(config, edge, group)
        self._database(config, data)
        for name, cache in (("Carts", data.carts), ("Pages", data.pages)):
            self._cache(name, cache)

    def _web(self, config: Config, edge: Edge, group: autoscaling.AutoScalingGroup) -> None:
        metrics = edge.balancer.metrics
        self._alarm(
            "Slow",
            metrics.target_response_time(statistic="p99", period=MINUTE),
            threshold=1,
            minutes=5,
            says="One page in a hundred takes over a second: look at CPU, PostgreSQL, slow-query logs",
        )
        self._alarm(
            "Unhealthy",
            edge.hosts("UnHealthyHostCount", "Maximum"),
            threshold=0,
            minutes=5,
            says="An instance does not turn ready: look at its boot and web logs",
        )
        self._alarm(
            "FewHealthy",
            edge.hosts("HealthyHostCount", "Minimum"),
            threshold=config.web_min - len(config.zones) // 2,
            minutes=3,
            below=True,
            says="Fewer instances than a lost zone leaves: look at the group's activity",
        )
        self._alarm(
            "Disk",
            _of_group("disk_used_percent", group, namespace="MyClothes"),
            threshold=80,
            minutes=10,
            says="An instance's disk fills: look at the logs under /var/log",
        )
        self._alarm(
            "Cpu",
            _of_group("CPUUtilization", group, namespace="AWS/EC2"),
            threshold=85,
            minutes=10,
            says="Instances are busy and no more may be added: raise web_max",
        )

    def _database(self, config: Config, data: Data) -> None:
        database = data.database
        main = (
            {"DBClusterIdentifier": database.id, "Role": "WRITER"}
            if database.cluster
            else {"DBInstanceIdentifier": database.id}
        )
        self._alarm(
            "DatabaseCpu", _rds("CPUUtilization", main), threshold=80, minutes=10,
            says="PostgreSQL is busy: look at Performance Insights; a larger instance or another replica",
        )  # fmt: skip
        self._alarm(
            "DatabaseDisk", _rds("FreeStorageSpace", main, "Minimum"), threshold=config.database_storage * GB * 0.1,
            minutes=5, below=True, says="PostgreSQL's disk is nine tenths full",
        )  # fmt: skip
        self._alarm(
            "DatabaseMemory", _rds("FreeableMemory", main, "Minimum"), threshold=GB // 8, minutes=10, below=True,
            says="PostgreSQL has little memory left: fewer connections or a larger instance",
        )  # fmt: skip
        for number, replica in enumerate(database.replica_instances, start=1):
            self._alarm(
                f"Replica{number}Lag",
                _rds("ReplicaLag", {"DBInstanceIdentifier": replica.ref}),
                threshold=10,
                minutes=5,
                says="A read replica is behind; the shop reads elsewhere meanwhile",
                missing=cloudwatch.TreatMissingData.BREACHING,
            )

    def _cache(self, name: str, cache: Cache) -> None:
        carts = name == "Carts"
        for number, nodes in enumerate(cache.nodes(), start=1):
            shard = f"{name}{number}"
            self._alarm(
                f"{shard}Memory",
                _most("DatabaseMemoryUsagePercentage", nodes),
                threshold=75 if carts else 98,
                minutes=5,
                says="A shard is nearly full" + ("; full, it refuses new carts: add a shard" if carts else ""),
            )
            self._alarm(
                f"{shard}Cpu", _most("EngineCPUUtilization", nodes), threshold=75, minutes=5,
                says="A shard is busy: add one",
            )  # fmt: skip
            if carts:
                self._alarm(
                    f"{shard}Evictions", _most("Evictions", nodes), threshold=0, minutes=1,
                    says="Carts are thrown away: the parameter group must say noeviction",
                )  # fmt: skip

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        minutes: int,
        says: str,
        below: bool = False,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.MISSING,
    ) -> None:
        compare = cloudwatch.ComparisonOperator
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            alarm_description=says,
            threshold=threshold,
            evaluation_periods=minutes,
            comparison_operator=compare.LESS_THAN_THRESHOLD if below else compare.GREATER_THAN_THRESHOLD,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(self._topic)
        alarm.add_ok_action(self._topic)
        self.all.append(alarm)


def _of_group(name: str, group: autoscaling.AutoScalingGroup, *, namespace: str) -> cloudwatch.Metric:
    dimensions = {"AutoScalingGroupName": group.auto_scaling_group_name}
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dimensions,
        statistic="Maximum" if "disk" in name else "Average",
        period=MINUTE,
    )


def _rds(name: str, dimensions: dict[str, str], statistic: str = "Average") -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/RDS", metric_name=name, dimensions_map=dimensions, statistic=statistic, period=MINUTE
    )


def _most(name: str, nodes: Sequence[str]) -> cloudwatch.MathExpression:
    """The worst of a shard's nodes: any of them may be the primary."""
    metrics: dict[str, cloudwatch.IMetric] = {
        f"n{number}": cloudwatch.Metric(
            namespace="AWS/ElastiCache",
            metric_name=name,
            dimensions_map={"CacheClusterId": node},
            statistic="Maximum",
            period=MINUTE,
        )
        for number, node in enumerate(nodes, start=1)
    }
    return cloudwatch.MathExpression(
        expression=f"MAX([{', '.join(metrics)}])", using_metrics=metrics, label=name, period=MINUTE
    )
