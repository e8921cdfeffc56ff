"""The drills on the real thing, with Fault Injection: an instance, the database, the carts, a whole zone.

Nothing starts by itself. Each experiment ends at once when the alarm for wrong answers goes off: then the promise
that shoppers notice nothing is broken, and there is no need to break more.
"""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_fis as fis
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from myclothes.aws.config import Config
from myclothes.aws.stacks.data import Data
from myclothes.aws.stacks.edge import Edge
from myclothes.aws.stacks.retention import retention

Template = fis.CfnExperimentTemplate
Target = fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty
Action = fis.CfnExperimentTemplate.ExperimentTemplateActionProperty
MINUTES = 5


class Experiments(Construct):
    def __init__(self, scope: Construct, config: Config, data: Data, edge: Edge) -> None:
        super().__init__(scope, "Experiments")
        self._config, self._data = config, data
        self._alarm = edge.errors.alarm_arn
        self._logs = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/{config.name}/experiments",
            retention=retention(config.log_days),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self._role = self._allowed()
        zone = config.availability_zones[0]
        instance, database = {"Instance": self._one_instance()}, {"Database": self._database()}
        caches = {"Caches": self._caches(zone)}
        cut = {"Subnets": self._subnets(zone)}
        self._experiment(
            "Instance",
            "One web instance dies",
            instance,
            {"Die": _act("ec2:terminate-instances", "Instances", "Instance")},
        )
        self._experiment("DatabaseFailover", "PostgreSQL changes to its standby", database, {"Fail": self._failover()})
        self._experiment(
            "CacheFailover", f"All cache nodes of zone {zone} lose power", caches, {"Interrupt": _interrupt()}
        )
        self._experiment(
            "Zone",
            f"Zone {zone} is cut off, with its instances, caches and the database's primary",
            {**cut, **caches, **database},
            {
                "Cut": _act(
                    "network:disrupt-connectivity", "Subnets", "Subnets", duration=f"PT{MINUTES}M", scope="all"
                ),
                "Interrupt": _interrupt(),
                "Fail": self._failover(),
            },
        )

    def _experiment(
        self,
        name: str,
        says: str,
        targets: Mapping[str, fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty],
        actions: Mapping[str, fis.CfnExperimentTemplate.ExperimentTemplateActionProperty],
    ) -> fis.CfnExperimentTemplate:
        return Template(
            self,
            name,
            description=says,
            role_arn=self._role.role_arn,
            targets=dict(targets),
            actions=dict(actions),
            stop_conditions=[
                Template.ExperimentTemplateStopConditionProperty(source="aws:cloudwatch:alarm", value=self._alarm)
            ],
            log_configuration=Template.ExperimentTemplateLogConfigurationProperty(
                log_schema_version=2,
                cloud_watch_logs_configuration={"LogGroupArn": self._logs.log_group_arn},
            ),
            tags={"Name": f"{self._config.name}-{name}", "shop": self._config.name},
        )

    def _one_instance(self) -> fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty:
        running = Template.ExperimentTemplateTargetFilterProperty(path="State.Name", values=["running"])
        return Target(
            resource_type="aws:ec2:instance",
            selection_mode="COUNT(1)",
            resource_tags={"shop": self._config.name},
            filters=[running],
        )

    def _database(self) -> fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty:
        kind = "cluster" if self._data.database.cluster else "db"
        arn = cdk.Stack.of(self).format_arn(
            service="rds",
            resource=kind,
            resource_name=self._data.database.id,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        return Target(resource_type=f"aws:rds:{kind}", selection_mode="ALL", resource_arns=[arn])

    def _failover(self) -> fis.CfnExperimentTemplate.ExperimentTemplateActionProperty:
        if self._data.database.cluster:
            return _act("rds:failover-db-cluster", "Clusters", "Database")
        return _act("rds:reboot-db-instances", "DBInstances", "Database", forceFailover="true")

    def _caches(self, zone: str) -> fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty:
        arns = [
            cdk.Stack.of(self).format_arn(
                service="elasticache", resource="replicationgroup", resource_name=cache.id,
                arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
            )
            for cache in (self._data.carts, self._data.pages)
        ]  # fmt: skip
        return Target(
            resource_type="aws:elasticache:replicationgroup",
            selection_mode="ALL",
            resource_arns=arns,
            parameters={"availabilityZoneIdentifier": zone},
        )

    def _subnets(self, zone: str) -> fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty:
        return Target(
            resource_type="aws:ec2:subnet",
            selection_mode="ALL",
            resource_tags={"shop": self._config.name},
            parameters={"availabilityZoneIdentifier": zone},
        )

    def _allowed(self) -> iam.Role:
        """AWS keeps the lists of what each kind of action needs; those for ElastiCache and the logs are ours."""
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("fis.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(f"service-role/AWSFaultInjectionSimulator{name}Access")
                for name in ("EC2", "RDS", "Network")
            ],
        )
        caches = cdk.Stack.of(self).format_arn(
            service="elasticache",
            resource="replicationgroup",
            resource_name="*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        for statement in _statements([caches]):
            role.add_to_policy(statement)
        return role


def _act(
    action: str, kind: str, target: str, **parameters: str
) -> fis.CfnExperimentTemplate.ExperimentTemplateActionProperty:
    """`kind` is what the action calls its targets, `target` the name of ours."""
    return Action(action_id=f"aws:{action}", targets={kind: target}, parameters=parameters or None)


def _interrupt() -> fis.CfnExperimentTemplate.ExperimentTemplateActionProperty:
    return _act(
        "elasticache:replicationgroup-interrupt-az-power", "ReplicationGroups", "Caches", duration=f"PT{MINUTES}M"
    )


def _statements(caches: Sequence[str]) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            actions=["elasticache:InterruptClusterAzPower", "elasticache:DescribeReplicationGroups"],
            resources=list(caches),
        ),
        iam.PolicyStatement(
            actions=[
                "tag:GetResources",
                "logs:CreateLogDelivery",
                "logs:PutResourcePolicy",
                "logs:DescribeResourcePolicies",
                "logs:DescribeLogGroups",
            ],
            resources=["*"],
        ),
    ]
