"""Changing and deleting single resources in moto, through its own APIs: its CloudFormation forgets most of them.

A type that stands in neither table is left to moto. Changing a type that nobody knows how to change is an error, so
that no test believes in a change that was not made.
"""

import json
import secrets
from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.cloudformation import parsing

from tests.aws.moto_extensions import BY_NAME_ONLY, MADE_BY, call, client

Properties = dict[str, Any]
REFRESHED: list[tuple[str, str]] = []
"""Groups whose instances would have been replaced, and with which version of the launch template."""


def change(resource: Any, made: Properties, resources: parsing.ResourceMap) -> None:
    """`made` is the resource as the template has it now, with its references resolved."""
    type_, region = made["Type"], resources._region_name
    if type_ in BY_NAME_ONLY or type_ in NOTHING_TO_CHANGE:
        return
    if type_ in CHANGED_BY:
        CHANGED_BY[type_](resource, made.get("Properties", {}), region)
        return
    model = parsing.get_model_map()[type_]
    if hasattr(model.update_from_cloudformation_json, "__isabstractmethod__"):
        raise NotImplementedError(f"the stand-in cannot change a {type_}")
    name = resource.physical_resource_id
    model.update_from_cloudformation_json(resource, name, made, resources._account_id, region)


def delete(resource: Any, made: Properties, resources: parsing.ResourceMap) -> None:
    type_, region = made["Type"], resources._region_name
    id_ = getattr(resource, "physical_resource_id", "")
    if made.get("DeletionPolicy") == "Snapshot":
        SNAPSHOTS[type_](id_, region)
    if type_ in DELETED_BY:
        service, operation, parameter = DELETED_BY[type_]
        value = [id_] if parameter.endswith(("Ids", "Names")) else id_
        getattr(client(service, region), operation)(**{parameter: value}, **MORE.get(type_, {}))
    elif type_ in DETACHED_BY:
        DETACHED_BY[type_](resource, made.get("Properties", {}), region)
    elif type_ not in MADE_BY and type_ not in BY_NAME_ONLY:
        resources._delete_resource(resource, made)


def _launch_template(resource: Any, p: Properties, region: str) -> None:
    data = {"LaunchTemplateId": resource.id, "LaunchTemplateData": p["LaunchTemplateData"]}
    call("ec2", "create_launch_template_version", region, data)


def _group(resource: Any, p: Properties, region: str) -> None:
    version = p["LaunchTemplate"]["Version"]
    before = autoscaling_backends["123456789012"][region].autoscaling_groups[resource.name].launch_template_version
    call("autoscaling", "update_auto_scaling_group", region, {
        "AutoScalingGroupName": resource.name, "LaunchTemplate": p["LaunchTemplate"],
        "MinSize": p["MinSize"], "MaxSize": p["MaxSize"],
    })  # fmt: skip
    if version != before:
        REFRESHED.append((resource.name, version))


def _database(resource: Any, p: Properties, region: str) -> None:
    asked = {"DBInstanceIdentifier": resource.physical_resource_id, "DeletionProtection": p.get("DeletionProtection")}
    call("rds", "modify_db_instance", region, asked)


def _table(resource: Any, p: Properties, region: str) -> None:
    protected = p.get("DeletionProtectionEnabled", False)
    call("dynamodb", "update_table", region, {"TableName": resource.name, "DeletionProtectionEnabled": protected})


def _balancer(resource: Any, p: Properties, region: str) -> None:
    call("elbv2", "modify_load_balancer_attributes", region, {
        "LoadBalancerArn": resource.arn, "Attributes": p["LoadBalancerAttributes"],
    })  # fmt: skip


def _parameter(resource: Any, p: Properties, region: str) -> None:
    asked = {key: value for key, value in p.items() if key != "Tags"}
    call("ssm", "put_parameter", region, {**asked, "Overwrite": "true"})


def _alarm(resource: Any, p: Properties, region: str) -> None:
    call("cloudwatch", "put_metric_alarm", region, {**p, "AlarmName": resource.physical_resource_id})


def _bucket_policy(_resource: Any, p: Properties, region: str) -> None:
    client("s3", region).put_bucket_policy(Bucket=p["Bucket"], Policy=json.dumps(p["PolicyDocument"]))


CHANGED_BY: dict[str, Callable[[Any, Properties, str], None]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::DynamoDB::Table": _table,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
    "AWS::RDS::DBInstance": _database,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SSM::Parameter": _parameter,
}
NOTHING_TO_CHANGE = {"AWS::AutoScaling::ScalingPolicy", "AWS::CloudFront::Distribution"}
"""The stand-in knows nothing of them but that they are there."""
DELETED_BY = {
    "AWS::CertificateManager::Certificate": ("acm", "delete_certificate", "CertificateArn"),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "delete_alarms", "AlarmNames"),
    "AWS::EC2::FlowLog": ("ec2", "delete_flow_logs", "FlowLogIds"),
    "AWS::EC2::InternetGateway": ("ec2", "delete_internet_gateway", "InternetGatewayId"),
    "AWS::EC2::NatGateway": ("ec2", "delete_nat_gateway", "NatGatewayId"),
    "AWS::EC2::RouteTable": ("ec2", "delete_route_table", "RouteTableId"),
    "AWS::EC2::SecurityGroup": ("ec2", "delete_security_group", "GroupId"),
    "AWS::EC2::Subnet": ("ec2", "delete_subnet", "SubnetId"),
    "AWS::EC2::VPC": ("ec2", "delete_vpc", "VpcId"),
    "AWS::EC2::VPCEndpoint": ("ec2", "delete_vpc_endpoints", "VpcEndpointIds"),
    "AWS::ElastiCache::ReplicationGroup": ("elasticache", "delete_replication_group", "ReplicationGroupId"),
    "AWS::ElastiCache::User": ("elasticache", "delete_user", "UserId"),
    "AWS::ElasticLoadBalancingV2::Listener": ("elbv2", "delete_listener", "ListenerArn"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("elbv2", "delete_load_balancer", "LoadBalancerArn"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("elbv2", "delete_target_group", "TargetGroupArn"),
    "AWS::RDS::DBInstance": ("rds", "delete_db_instance", "DBInstanceIdentifier"),
    "AWS::RDS::DBParameterGroup": ("rds", "delete_db_parameter_group", "DBParameterGroupName"),
    "AWS::S3::Bucket": ("s3", "delete_bucket", "Bucket"),
    "AWS::SNS::Subscription": ("sns", "unsubscribe", "SubscriptionArn"),
    "AWS::SSM::Parameter": ("ssm", "delete_parameter", "Name"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "delete_secret", "SecretId"),
}
MORE: dict[str, Properties] = {
    "AWS::RDS::DBInstance": {"SkipFinalSnapshot": True},
    "AWS::SecretsManager::Secret": {"ForceDeleteWithoutRecovery": True},
}


def _detach(_resource: Any, p: Properties, region: str) -> None:
    client("ec2", region).detach_internet_gateway(InternetGatewayId=p["InternetGatewayId"], VpcId=p["VpcId"])


def _release(resource: Any, _p: Properties, region: str) -> None:
    client("ec2", region).release_address(AllocationId=resource.allocation_id)


def _goes_with_another(_resource: Any, _p: Properties, _region: str) -> None:
    """A route goes with its table, a rule with its group."""


DETACHED_BY: dict[str, Callable[[Any, Properties, str], None]] = {
    "AWS::AutoScaling::LifecycleHook": _goes_with_another,
    "AWS::EC2::EIP": _release,
    "AWS::EC2::Route": _goes_with_another,
    "AWS::EC2::SecurityGroupIngress": _goes_with_another,
    "AWS::EC2::SubnetRouteTableAssociation": _goes_with_another,
    "AWS::EC2::VPCGatewayAttachment": _detach,
}


def _snapshot_database(id_: str, region: str) -> None:
    name = f"{id_}-snapshot-{secrets.token_hex(4)}"
    client("rds", region).create_db_snapshot(DBInstanceIdentifier=id_, DBSnapshotIdentifier=name)


def _snapshot_caches(id_: str, region: str) -> None:
    """moto keeps none."""


SNAPSHOTS: dict[str, Callable[[str, str], None]] = {
    "AWS::ElastiCache::ReplicationGroup": _snapshot_caches,
    "AWS::RDS::DBInstance": _snapshot_database,
}
