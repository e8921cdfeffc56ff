"""What moto's CloudFormation lacks: resource types that are made through moto's own APIs.

A property is handed to the API under its own name where the API has it, with its type made right, since
CloudFormation takes "true" for true. What the API does not know is left out. `BY_NAME_ONLY` are types that moto has no
API for: they get a name and nothing more.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.model import Shape
from moto.autoscaling.responses import AutoScalingResponse
from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.core.responses import ActionResult

Properties = dict[str, Any]
ENDPOINT = ""
"""Of the server that these are made in; set when it starts."""
BY_NAME_ONLY = {
    "AWS::AutoScaling::WarmPool": "",
    "AWS::Budgets::Budget": "",
    "AWS::CloudFront::CachePolicy": "",
    "AWS::CloudFront::OriginRequestPolicy": "",
    "AWS::CloudFront::ResponseHeadersPolicy": "",
    "AWS::CloudWatch::CompositeAlarm": "",
    "AWS::ElastiCache::ParameterGroup": "",
    "AWS::ElastiCache::UserGroup": "UserGroupId",
    "AWS::FIS::ExperimentTemplate": "",
    "AWS::RDS::EventSubscription": "",
    "AWS::SecretsManager::ResourcePolicy": "",
    "AWS::SecretsManager::RotationSchedule": "",
    "AWS::WAFv2::WebACLAssociation": "",
}


@dataclass(frozen=True)
class Made:
    id: str
    attributes: dict[str, Any] = field(default_factory=dict)


Make = Callable[[str, Properties, str], Made]


@cache
def client(service: str, region: str) -> Any:
    return boto3.client(
        service, region_name=region, endpoint_url=ENDPOINT, config=Config(retries={"total_max_attempts": 1})
    )


def call(service: str, operation: str, region: str, properties: Properties) -> Any:
    asked = client(service, region)
    shape = asked.meta.service_model.operation_model(asked.meta.method_to_api_mapping[operation]).input_shape
    return getattr(asked, operation)(**typed(properties, shape))


def typed(value: Any, shape: Shape) -> Any:
    """`value` as the API wants it."""
    if shape.type_name == "structure" and isinstance(value, dict):
        members = {name.lower(): name for name in shape.members}
        return {
            members[key.lower()]: typed(item, shape.members[members[key.lower()]])
            for key, item in value.items()
            if key.lower() in members
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [typed(item, shape.member) for item in value]
    convert: dict[str, Callable[[Any], Any]] = {
        "boolean": lambda v: str(v).lower() == "true",
        "integer": int,
        "long": int,
        "double": float,
        "string": str,
    }
    return convert.get(shape.type_name, lambda v: v)(value)


def _egress(_name: str, p: Properties, region: str) -> Made:
    to = {"IpProtocol": p["IpProtocol"]}
    to |= {key: int(p[key]) for key in ("FromPort", "ToPort") if key in p}
    if "DestinationSecurityGroupId" in p:
        to["UserIdGroupPairs"] = [{"GroupId": p["DestinationSecurityGroupId"]}]
    elif "DestinationPrefixListId" in p:
        to["PrefixListIds"] = [{"PrefixListId": p["DestinationPrefixListId"]}]
    else:
        to["IpRanges"] = [{"CidrIp": p["CidrIp"]}]
    client("ec2", region).authorize_security_group_egress(GroupId=p["GroupId"], IpPermissions=[to])
    return Made(secrets.token_hex(4))


def _secret(name: str, p: Properties, region: str) -> Made:
    text = p.get("SecretString")
    if rule := p.get("GenerateSecretString"):
        made = secrets.token_urlsafe(int(rule.get("PasswordLength", 32)))[: int(rule.get("PasswordLength", 32))]
        text = made
        if "SecretStringTemplate" in rule:
            text = json.dumps({**json.loads(rule["SecretStringTemplate"]), rule["GenerateStringKey"]: made})
    arn = client("secretsmanager", region).create_secret(Name=p.get("Name", name), SecretString=text or "{}")["ARN"]
    return Made(arn, {"Id": arn})


def _attachment(_name: str, p: Properties, region: str) -> Made:
    """Writes the address of what it is attached to into the secret, as AWS does."""
    known = client("secretsmanager", region)
    secret = json.loads(known.get_secret_value(SecretId=p["SecretId"])["SecretString"])
    if p["TargetType"] == "AWS::RDS::DBInstance":
        [found] = client("rds", region).describe_db_instances(DBInstanceIdentifier=p["TargetId"])["DBInstances"]
        secret |= {"engine": "postgres", "host": found["Endpoint"]["Address"], "port": found["Endpoint"]["Port"]}
    known.put_secret_value(SecretId=p["SecretId"], SecretString=json.dumps(secret))
    return Made(p["SecretId"])


def _cache_subnets(name: str, p: Properties, region: str) -> Made:
    named = {**p, "CacheSubnetGroupName": p.get("CacheSubnetGroupName", name).lower()[:255]}
    named["CacheSubnetGroupDescription"] = p.get("Description", "")
    call("elasticache", "create_cache_subnet_group", region, named)
    return Made(named["CacheSubnetGroupName"])


def _cache_user(_name: str, p: Properties, region: str) -> Made:
    call("elasticache", "create_user", region, p)
    return Made(p["UserId"], {"Arn": f"arn:aws:elasticache:{region}:123456789012:user:{p['UserId']}"})


def _caches(name: str, p: Properties, region: str) -> Made:
    id_ = p.get("ReplicationGroupId", name).lower()[:40]
    asked = {k: v for k, v in p.items() if k not in {"LogDeliveryConfigurations", "UserGroupIds", "Tags"}}
    call("elasticache", "create_replication_group", region, {**asked, "ReplicationGroupId": id_})
    host = f"{id_}.{region}.cache.example"
    attributes = {f"{kind}.Address": f"{part}.{host}" for kind, part in _ENDPOINTS.items()}
    attributes |= {f"{kind}.Port": "6379" for kind in _ENDPOINTS}
    return Made(id_, attributes)


_ENDPOINTS = {
    "ConfigurationEndPoint": "clustercfg",
    "PrimaryEndPoint": "master",
    "ReaderEndPoint": "replica",
}


def _distribution(_name: str, p: Properties, region: str) -> Made:
    """moto reads only a part of what describes a distribution; the answer is what others need of it."""
    id_ = "E" + secrets.token_hex(6).upper()
    return Made(id_, {"DomainName": f"{id_.lower()}.cloudfront.net", "Id": id_})


def _access_control(name: str, p: Properties, region: str) -> Made:
    answer = call("cloudfront", "create_origin_access_control", region, p)
    id_ = answer["OriginAccessControl"]["Id"]
    return Made(id_, {"Id": id_})


def _certificate(_name: str, p: Properties, region: str) -> Made:
    return Made(call("acm", "request_certificate", region, p)["CertificateArn"])


def _scaling(name: str, p: Properties, region: str) -> Made:
    # moto's part of this API reads a target only when it is complete in its own way.
    target = {k: v for k, v in p.items() if k != "TargetTrackingConfiguration"}
    call("autoscaling", "put_scaling_policy", region, {**target, "PolicyName": name})
    return Made(name, {"Arn": name})


def _hook(name: str, p: Properties, region: str) -> Made:
    named = {**p, "LifecycleHookName": p.get("LifecycleHookName", name)}
    call("autoscaling", "put_lifecycle_hook", region, named)
    return Made(named["LifecycleHookName"])


def _alarm(name: str, p: Properties, region: str) -> Made:
    named = {**p, "AlarmName": p.get("AlarmName", name)}
    call("cloudwatch", "put_metric_alarm", region, named)
    return Made(named["AlarmName"], {"Arn": f"arn:aws:cloudwatch:{region}:123456789012:alarm:{named['AlarmName']}"})


def _bucket_policy(_name: str, p: Properties, region: str) -> Made:
    client("s3", region).put_bucket_policy(Bucket=p["Bucket"], Policy=json.dumps(p["PolicyDocument"]))
    return Made(p["Bucket"])


def _parameter(name: str, p: Properties, region: str) -> Made:
    """moto has this type, but reads its tags as a list, and they are a map."""
    named = {k: v for k, v in p.items() if k != "Tags"} | {"Name": p.get("Name", name)}
    call("ssm", "put_parameter", region, named)
    return Made(named["Name"])


def _topic_policy(name: str, p: Properties, region: str) -> Made:
    for topic in p["Topics"]:
        client("sns", region).set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(p["PolicyDocument"])
        )
    return Made(name)


def _subscription(_name: str, p: Properties, region: str) -> Made:
    return Made(call("sns", "subscribe", region, p)["SubscriptionArn"])


def _firewall(name: str, p: Properties, region: str) -> Made:
    asked = {k: v for k, v in p.items() if k not in {"Rules", "Tags"}} | {"Name": p.get("Name", name), "Rules": []}
    summary = call("wafv2", "create_web_acl", region, asked)["Summary"]
    return Made(f"{summary['Name']}|{summary['Id']}|{p['Scope']}", {"Arn": summary["ARN"]})


MADE_BY: dict[str, Make] = {
    "AWS::AutoScaling::LifecycleHook": _hook,
    "AWS::AutoScaling::ScalingPolicy": _scaling,
    "AWS::CertificateManager::Certificate": _certificate,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::CloudFront::OriginAccessControl": _access_control,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::EC2::SecurityGroupEgress": _egress,
    "AWS::ElastiCache::ReplicationGroup": _caches,
    "AWS::ElastiCache::SubnetGroup": _cache_subnets,
    "AWS::ElastiCache::User": _cache_user,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SSM::Parameter": _parameter,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SecretsManager::SecretTargetAttachment": _attachment,
    "AWS::WAFv2::WebACL": _firewall,
}


def _by_name(property_: str) -> Make:
    def make(name: str, p: Properties, region: str) -> Made:
        return Made(
            str(p.get(property_, name)), {"Arn": f"arn:aws:made-by-name:{region}:123456789012:{name}", "Id": name}
        )

    return make


def _model(type_: str, make: Make) -> type[CloudFormationModel]:
    """A class as moto wants them: found among the subclasses, and of a module that looks like its own."""

    class Model(CloudFormationModel):
        __module__ = "moto.extensions.models"

        def __init__(self, made: Made) -> None:
            self.made = made

        @property
        def physical_resource_id(self) -> str:
            return self.made.id

        @staticmethod
        def cloudformation_name_type() -> str:
            return ""

        @staticmethod
        def cloudformation_type() -> str:
            return type_

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return True

        def get_cfn_attribute(self, name: str) -> Any:
            return self.made.attributes[name]

        @classmethod
        def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):  # type: ignore[no-untyped-def]
            return cls(make(resource_name, cloudformation_json.get("Properties", {}), region_name))

        def delete(self, account_id: str, region_name: str) -> None:
            """Goes with the server."""

        def is_created(self) -> bool:
            return True

    return Model


MODELS = [_model(type_, make) for type_, make in MADE_BY.items()]
MODELS += [_model(type_, _by_name(property_)) for type_, property_ in BY_NAME_ONLY.items()]
for found in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
    found.cache_clear()


def supported(type_: str) -> bool:
    """Whether moto, with these, makes such a resource."""
    return type_ in parsing.get_model_map()


def _also_has(type_: str, attribute: str, value: Callable[[Any], Any]) -> None:
    """One more attribute of a type that moto makes by itself."""
    model = parsing.get_model_map()[type_]
    own = getattr(model, "get_cfn_attribute", None)
    knows = model.has_cfn_attr

    def get(self: Any, name: str) -> Any:
        if name == attribute:
            return value(self)
        if own is None:
            raise parsing.UnformattedGetAttTemplateException
        return own(self, name)

    model.get_cfn_attribute = get  # type: ignore[attr-defined]
    model.has_cfn_attr = classmethod(lambda _cls, name: name == attribute or knows(name))  # type: ignore[assignment, method-assign]


_also_has(
    "AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerFullName", lambda self: self.arn.split("loadbalancer/")[1]
)
_also_has("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupFullName", lambda self: self.arn.split(":")[-1])
# A Ref to it gives its name; moto gives the object.
parsing.get_model_map()["AWS::RDS::DBParameterGroup"].physical_resource_id = property(lambda self: self.name)  # type: ignore[attr-defined]


LEFT: list[tuple[str, str, str, str]] = []
"""Hook, group, instance and result of each instance that said it may go; moto has no such request."""


def _complete(self: Any) -> ActionResult:
    names = ("LifecycleHookName", "AutoScalingGroupName", "InstanceId", "LifecycleActionResult")
    hook, group, instance, result = (str(self._get_param(name)) for name in names)
    LEFT.append((hook, group, instance, result))
    return ActionResult({})


AutoScalingResponse.complete_lifecycle_action = _complete  # type: ignore[attr-defined]
