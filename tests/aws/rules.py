"""What must hold in the templates of any shop. Each rule answers with what is wrong, so nothing means that it holds.

They are data for two tests: that they hold for every choice, and that each of them notices when it does not.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.aws.templates import Templates, of_type, one, text_of

Rule = Callable[[Templates], list[str]]
WORLD = "world"


def ingress(templates: Templates) -> set[tuple[str, str, int, int]]:
    """(from, to, first port, last port), security groups by their name, addresses as they are."""
    names = {
        name.partition(".")[2]: next(tag["Value"] for tag in group["Tags"] if tag["Key"] == "Name").rsplit("-", 1)[1]
        for name, group in of_type(templates, "AWS::EC2::SecurityGroup").items()
    }

    def name_of(reference: Any) -> str:
        text = json.dumps(reference)
        found = [
            name
            for logical, name in names.items()
            if f'"{logical}"' in text or f"PublishOutputFnGetAtt{logical}" in text
        ]
        return found[0] if len(found) == 1 else text

    edges = set()
    rules = [(rule, rule["GroupId"]) for rule in of_type(templates, "AWS::EC2::SecurityGroupIngress").values()]
    for name, group in of_type(templates, "AWS::EC2::SecurityGroup").items():
        rules += [(rule, {"Ref": name.partition(".")[2]}) for rule in group.get("SecurityGroupIngress", [])]
    for rule, target in rules:
        source = rule.get("CidrIp") or rule.get("CidrIpv6") or name_of(rule.get("SourceSecurityGroupId"))
        source = WORLD if source == "0.0.0.0/0" else source
        ports = (rule.get("FromPort", -1), rule.get("ToPort", -1))
        edges.add((source, name_of(target), *ports))
    return edges


ALLOWED = {
    (WORLD, "balancer", 80, 80),
    (WORLD, "balancer", 443, 443),
    ("balancer", "web", 8080, 8080),
    ("web", "cache", 6379, 6379),
    ("web", "database", 5432, 5432),
}


def only_the_allowed_ways_in(templates: Templates) -> list[str]:
    found = ingress(templates)
    return [f"too much: {way}" for way in found - ALLOWED] + [f"missing: {way}" for way in ALLOWED - found]


def everything_that_keeps_is_in_several_zones(templates: Templates) -> list[str]:
    wrong = []
    for name, group in of_type(templates, "AWS::ElastiCache::ReplicationGroup").items():
        nodes = group.get("NumCacheClusters") or 1 + group.get("ReplicasPerNodeGroup", 0)
        if not (group.get("MultiAZEnabled") is True and group.get("AutomaticFailoverEnabled") is True and nodes > 1):
            wrong.append(f"{name} does not survive a node")
    for name, database in of_type(templates, "AWS::RDS::DBInstance").items():
        is_replica = "SourceDBInstanceIdentifier" in database or "SourceDBClusterIdentifier" in database
        if not is_replica and database.get("MultiAZ") is not True:
            wrong.append(f"{name} has no standby")
    for name, made in of_type(templates, "AWS::RDS::DBSubnetGroup").items():
        if len(made["SubnetIds"]) < 2:
            wrong.append(f"{name} is in one zone")
    group = one(templates, "AWS::AutoScaling::AutoScalingGroup")
    if int(group["MinSize"]) < len(group["VPCZoneIdentifier"]):
        wrong.append("fewer instances than zones")
    return wrong


def everything_is_encrypted(templates: Templates) -> list[str]:
    wrong = []
    for name, cache in of_type(templates, "AWS::ElastiCache::ReplicationGroup").items():
        if cache.get("TransitEncryptionEnabled") is not True or cache.get("TransitEncryptionMode") != "required":
            wrong.append(f"{name} may be asked without TLS")
        if cache.get("AtRestEncryptionEnabled") is not True:
            wrong.append(f"{name} is not encrypted at rest")
        if not cache.get("UserGroupIds"):
            wrong.append(f"{name} is open to everybody who reaches it")
    for kind in ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
        for name, database in of_type(templates, kind).items():
            is_replica = "SourceDBInstanceIdentifier" in database or "SourceDBClusterIdentifier" in database
            if is_replica and "StorageEncrypted" in database:
                wrong.append(f"{name} is a replica and must not say that it is encrypted")
            if not is_replica and database.get("StorageEncrypted") is not True:
                wrong.append(f"{name} is not encrypted")
            if database.get("PubliclyAccessible", False) is not False:
                wrong.append(f"{name} has a public address")
    for kind in ("AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup"):
        for name, group in of_type(templates, kind).items():
            if group.get("Parameters", {}).get("rds.force_ssl") != "1":
                wrong.append(f"{name} lets PostgreSQL be asked without TLS")
    disk = one(templates, "AWS::EC2::LaunchTemplate")["LaunchTemplateData"]["BlockDeviceMappings"][0]["Ebs"]
    if disk.get("Encrypted") is not True:
        wrong.append("the disks of instances are not encrypted")
    return wrong


SECRET = re.compile(r"(?i)(password|secret|token|passwd)")
RESOLVED = "{{resolve:secretsmanager:"


def no_secret_is_written_out(templates: Templates) -> list[str]:
    """What CloudFormation would hand on as it stands. References to Secrets Manager are what we want instead."""
    wrong = []
    for name, cache in of_type(templates, "AWS::ElastiCache::User").items():
        wrong += [f"{name} has a password" for one_ in cache["AuthenticationMode"]["Passwords"] if not _resolved(one_)]
    for kind in ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
        for name, database in of_type(templates, kind).items():
            if "MasterUserPassword" in database and not _resolved(database["MasterUserPassword"]):
                wrong.append(f"{name} has a password")
    wrong += [
        f"{name} holds a secret"
        for name, made in of_type(templates, "AWS::SecretsManager::Secret").items()
        if "SecretString" in made
    ]
    script = boot_script(templates)
    if RESOLVED in script or re.search(r"(?i)(password|secret_key|MYCLOTHES_SECRETS|MYCLOTHES_DATABASE)\s*=", script):
        wrong.append("the boot script holds a secret")
    settings = text_of(one(templates, "AWS::SSM::Parameter")["Value"])
    if RESOLVED in settings:
        wrong.append("the settings hold a secret")
    return wrong


def _resolved(value: Any) -> bool:
    return text_of(value).startswith(RESOLVED)


def boot_script(templates: Templates) -> str:
    return text_of(one(templates, "AWS::EC2::LaunchTemplate")["LaunchTemplateData"]["UserData"])


def instances_are_closed(templates: Templates) -> list[str]:
    data = one(templates, "AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
    wrong = []
    if data.get("MetadataOptions", {}).get("HttpTokens") != "required":
        wrong.append("metadata may be read without a token")
    if "KeyName" in data:
        wrong.append("there is a key for SSH")
    if any(interface.get("AssociatePublicIpAddress") for interface in data.get("NetworkInterfaces", [])):
        wrong.append("instances have public addresses")
    return wrong


def carts_are_never_evicted(templates: Templates) -> list[str]:
    """Carts and cached pages in one Valkey would let pages push carts out."""
    policies = sorted(
        group["Properties"]["maxmemory-policy"]
        for group in of_type(templates, "AWS::ElastiCache::ParameterGroup").values()
    )
    return [] if policies == ["allkeys-lru", "noeviction"] else [f"policies are {policies}"]


def caches_make_sense(templates: Templates) -> list[str]:
    """What cfn-lint does not look at."""
    wrong = []
    for name, group in of_type(templates, "AWS::ElastiCache::ReplicationGroup").items():
        node = group["CacheNodeType"]
        if not re.fullmatch(r"cache\.(t4g|m[67]g|r[67]g|r8g|m8g|c7gn)\.(micro|small|medium|large|\d*xlarge)", node):
            wrong.append(f"{name}: there is no node {node}")
        if (
            group.get("AutomaticFailoverEnabled")
            and group.get("ReplicasPerNodeGroup", group.get("NumCacheClusters", 1) - 1) < 1
        ):
            wrong.append(f"{name}: nobody to fail over to")
        if group.get("Durability") in ("sync", "async") and (
            node.startswith("cache.t") or group.get("ClusterMode") != "enabled"
        ):
            wrong.append(f"{name}: durability is not to be had so")
    return wrong


def health_checks_make_sense(templates: Templates) -> list[str]:
    target = one(templates, "AWS::ElasticLoadBalancingV2::TargetGroup")
    wrong = []
    if target["HealthCheckTimeoutSeconds"] >= target["HealthCheckIntervalSeconds"]:
        wrong.append("a health check takes longer than the time to the next")
    if target["HealthCheckPath"] != "/health/ready":
        wrong.append("the balancer asks the wrong address")
    attributes = {one_["Key"]: one_["Value"] for one_ in target["TargetGroupAttributes"]}
    if not 20 <= int(attributes["deregistration_delay.timeout_seconds"]) <= 3600:
        wrong.append("instances that leave cannot finish")
    return wrong


def people_come_by_https(templates: Templates) -> list[str]:
    """With a domain the balancer sends plain requests to HTTPS; CloudFront does so in any case."""
    wrong = []
    listeners = {made["Port"]: made for made in of_type(templates, "AWS::ElasticLoadBalancingV2::Listener").values()}
    if 443 in listeners:
        [action] = listeners[80]["DefaultActions"] if 80 in listeners else [{}]
        if action.get("RedirectConfig", {}).get("Protocol") != "HTTPS":
            wrong.append("plain requests are answered")
        if not listeners[443].get("Certificates") or "TLS13" not in listeners[443].get("SslPolicy", ""):
            wrong.append("TLS is old, or has no certificate")
    for made in of_type(templates, "AWS::CloudFront::Distribution").values():
        config = made["DistributionConfig"]
        behaviours = (config["DefaultCacheBehavior"], *config["CacheBehaviors"])
        if {made["ViewerProtocolPolicy"] for made in behaviours} != {"redirect-to-https"}:
            wrong.append("CloudFront answers plain requests")
    return wrong


def passwords_are_replaced(templates: Templates) -> list[str]:
    schedules = of_type(templates, "AWS::SecretsManager::RotationSchedule").values()
    kinds = sorted(made["HostedRotationLambda"]["RotationType"] for made in schedules)
    return [] if kinds == ["PostgreSQLMultiUser", "PostgreSQLSingleUser"] else [f"rotations: {kinds}"]


def logs_end(templates: Templates) -> list[str]:
    return [
        f"{name} grows for ever"
        for name, made in of_type(templates, "AWS::Logs::LogGroup").items()
        if "RetentionInDays" not in made
    ]


def buckets_are_ours(templates: Templates) -> list[str]:
    wrong = []
    for name, bucket in of_type(templates, "AWS::S3::Bucket").items():
        block = bucket.get("PublicAccessBlockConfiguration", {})
        if len(block) != 4 or not all(block.values()):
            wrong.append(f"{name} may be opened to the world")
        if "BucketEncryption" not in bucket:
            wrong.append(f"{name} is not encrypted")
    return wrong


def the_cart_table_is_as_the_store_wants_it(templates: Templates) -> list[str]:
    table = one(templates, "AWS::DynamoDB::Table")
    wrong = []
    if table["KeySchema"] != [{"AttributeName": "id", "KeyType": "HASH"}]:
        wrong.append("another key")
    if table.get("TimeToLiveSpecification") != {"AttributeName": "expires", "Enabled": True}:
        wrong.append("expired carts stay")
    if not table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
        wrong.append("no point-in-time recovery")
    return wrong


def everybody_hears_alarms(templates: Templates) -> list[str]:
    return [
        f"{name} is silent"
        for name, alarm in of_type(templates, "AWS::CloudWatch::Alarm").items()
        if not alarm.get("AlarmActions")
    ]


def experiments_end_when_shoppers_suffer(templates: Templates) -> list[str]:
    return [
        f"{name} goes on whatever happens"
        for name, made in of_type(templates, "AWS::FIS::ExperimentTemplate").items()
        if [condition["Source"] for condition in made["StopConditions"]] != ["aws:cloudwatch:alarm"]
    ]


RULES: tuple[Rule, ...] = (
    only_the_allowed_ways_in,
    everything_that_keeps_is_in_several_zones,
    everything_is_encrypted,
    no_secret_is_written_out,
    instances_are_closed,
    carts_are_never_evicted,
    caches_make_sense,
    health_checks_make_sense,
    people_come_by_https,
    passwords_are_replaced,
    logs_end,
    buckets_are_ours,
    the_cart_table_is_as_the_store_wants_it,
    everybody_hears_alarms,
    experiments_end_when_shoppers_suffer,
)
