"""Each rule notices when it is broken: a template is spoilt in one place, and exactly the rule for it speaks."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.aws import rules
from tests.aws.conftest import Assembly, templates_of
from tests.aws.rules import RULES, Rule
from tests.aws.templates import Templates, mutated, of_type, spoil

pytestmark = pytest.mark.usefixtures("node")
Spoil = Callable[[Templates], Templates]
GROUP = "AWS::ElastiCache::ReplicationGroup"
INSTANCE = "AWS::RDS::DBInstance"
TARGET = "AWS::ElasticLoadBalancingV2::TargetGroup"


def properties(kind: str, **changes: Any) -> Spoil:
    return lambda templates: spoil(templates, kind, **changes)


def another_way_in(templates: Templates) -> Templates:
    made = mutated(templates)
    [way] = [one for name, one in of_type(made, "AWS::EC2::SecurityGroupIngress").items() if "WebToDatabase" in name]
    way.pop("SourceSecurityGroupId")
    way["CidrIp"] = "0.0.0.0/0"
    return made


def a_way_less(templates: Templates) -> Templates:
    made = mutated(templates)
    resources = made["network"]["Resources"]
    del resources[next(name for name in resources if name.startswith("WebToCache6379") and "Out" not in name)]
    return made


def a_rule_inside_a_group(templates: Templates) -> Templates:
    made = mutated(templates)
    group = next(iter(of_type(made, "AWS::EC2::SecurityGroup").values()))
    group["SecurityGroupIngress"] = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}]
    return made


def every(kind: str, change: Callable[[dict[str, Any]], None]) -> Spoil:
    def spoilt(templates: Templates) -> Templates:
        made = mutated(templates)
        for found in of_type(made, kind).values():
            change(found)
        return made

    return spoilt


def template_of_instances(change: Callable[[dict[str, Any]], None]) -> Spoil:
    return every("AWS::EC2::LaunchTemplate", lambda found: change(found["LaunchTemplateData"]))


def replica_says_that_it_is_encrypted(templates: Templates) -> Templates:
    made = mutated(templates)
    replica = next(one for one in of_type(made, INSTANCE).values() if "SourceDBInstanceIdentifier" in one)
    replica["StorageEncrypted"] = True
    return made


SPOILT: list[tuple[Rule, Spoil]] = [
    (rules.only_the_allowed_ways_in, another_way_in),
    (rules.only_the_allowed_ways_in, a_way_less),
    (rules.only_the_allowed_ways_in, a_rule_inside_a_group),
    (rules.everything_that_keeps_is_in_several_zones, properties(GROUP, MultiAZEnabled=False)),
    (rules.everything_that_keeps_is_in_several_zones, every(INSTANCE, lambda one: one.pop("MultiAZ", None))),
    (rules.everything_that_keeps_is_in_several_zones, properties("AWS::AutoScaling::AutoScalingGroup", MinSize="1")),
    (rules.everything_that_keeps_is_in_several_zones, properties("AWS::RDS::DBSubnetGroup", SubnetIds=["one"])),
    (rules.everything_is_encrypted, properties(GROUP, TransitEncryptionEnabled=False)),
    (rules.everything_is_encrypted, properties(GROUP, TransitEncryptionMode="preferred")),
    (rules.everything_is_encrypted, properties(GROUP, UserGroupIds=None)),
    (rules.everything_is_encrypted, properties("AWS::RDS::DBParameterGroup", Parameters={})),
    (rules.everything_is_encrypted, every(INSTANCE, lambda one: one.pop("StorageEncrypted", None))),
    (rules.everything_is_encrypted, replica_says_that_it_is_encrypted),
    (
        rules.everything_is_encrypted,
        template_of_instances(lambda data: data["BlockDeviceMappings"][0]["Ebs"].pop("Encrypted")),
    ),
    (
        rules.no_secret_is_written_out,
        properties("AWS::ElastiCache::User", AuthenticationMode={"Passwords": ["swordfish"]}),
    ),
    (
        rules.no_secret_is_written_out,
        every(
            INSTANCE, lambda one: one.update(MasterUserPassword="swordfish") if "MasterUserPassword" in one else None
        ),
    ),
    (rules.no_secret_is_written_out, properties("AWS::SecretsManager::Secret", SecretString="swordfish")),
    (
        rules.no_secret_is_written_out,
        template_of_instances(lambda data: data.update(UserData="export MYCLOTHES_SECRETS=swordfish")),
    ),
    (
        rules.no_secret_is_written_out,
        properties("AWS::SSM::Parameter", Value="{{resolve:secretsmanager:x:SecretString:password}}"),
    ),
    (
        rules.instances_are_closed,
        template_of_instances(lambda data: data["MetadataOptions"].update(HttpTokens="optional")),
    ),
    (rules.instances_are_closed, template_of_instances(lambda data: data.update(KeyName="mine"))),
    (
        rules.carts_are_never_evicted,
        every(
            "AWS::ElastiCache::ParameterGroup",
            lambda one: one["Properties"].update({"maxmemory-policy": "allkeys-lru"}),
        ),
    ),
    (rules.caches_make_sense, properties(GROUP, CacheNodeType="cache.m7g.tiny")),
    (rules.caches_make_sense, properties(GROUP, ReplicasPerNodeGroup=0)),
    (rules.caches_make_sense, properties(GROUP, CacheNodeType="cache.t4g.small", Durability="sync")),
    (rules.health_checks_make_sense, properties(TARGET, HealthCheckTimeoutSeconds=5)),
    (rules.health_checks_make_sense, properties(TARGET, HealthCheckPath="/")),
    (
        rules.health_checks_make_sense,
        properties(TARGET, TargetGroupAttributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]),
    ),
    (
        rules.people_come_by_https,
        every(
            "AWS::CloudFront::Distribution",
            lambda one: one["DistributionConfig"]["DefaultCacheBehavior"].update(ViewerProtocolPolicy="allow-all"),
        ),
    ),
    (
        rules.people_come_by_https,
        every(
            "AWS::ElasticLoadBalancingV2::Listener",
            lambda one: one.update(Port=443, SslPolicy="ELBSecurityPolicy-2016-08"),
        ),
    ),
    (
        rules.passwords_are_replaced,
        properties("AWS::SecretsManager::RotationSchedule", HostedRotationLambda={"RotationType": "MySQL"}),
    ),
    (rules.logs_end, properties("AWS::Logs::LogGroup", RetentionInDays=None)),
    (rules.buckets_are_ours, properties("AWS::S3::Bucket", PublicAccessBlockConfiguration={"BlockPublicAcls": True})),
    (rules.buckets_are_ours, properties("AWS::S3::Bucket", BucketEncryption=None)),
    (rules.the_cart_table_is_as_the_store_wants_it, properties("AWS::DynamoDB::Table", TimeToLiveSpecification=None)),
    (
        rules.the_cart_table_is_as_the_store_wants_it,
        properties("AWS::DynamoDB::Table", PointInTimeRecoverySpecification={}),
    ),
    (
        rules.the_cart_table_is_as_the_store_wants_it,
        properties("AWS::DynamoDB::Table", KeySchema=[{"AttributeName": "cart", "KeyType": "HASH"}]),
    ),
    (rules.everybody_hears_alarms, properties("AWS::CloudWatch::Alarm", AlarmActions=None)),
    (
        rules.experiments_end_when_shoppers_suffer,
        properties("AWS::FIS::ExperimentTemplate", StopConditions=[{"Source": "none"}]),
    ),
]


@pytest.mark.parametrize(("rule", "spoilt"), SPOILT, ids=lambda one: getattr(one, "__name__", ""))
def test_a_rule_notices_when_it_is_broken(rule: Rule, spoilt: Spoil, assembly: Assembly) -> None:
    templates = templates_of(assembly("lesson"))
    assert rule(templates) == []
    assert rule(spoilt(templates)) != []


def test_every_rule_has_been_broken_once() -> None:
    assert {rule for rule, _ in SPOILT} == set(RULES)
