"""The templates of every preset, as CloudFormation gets them."""

import json
import subprocess
from pathlib import Path

import pytest

from myclothes import serve
from myclothes.aws import boot
from myclothes.aws.config import Config
from myclothes.kernel.web.security import security_headers
from tests.aws.conftest import CHOICES, Assembly, templates_of
from tests.aws.rules import RULES, Rule, boot_script
from tests.aws.templates import Templates, kinds, of_type, one, text_of

pytestmark = pytest.mark.usefixtures("node")
DATABASES = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_what_must_hold_for_any_shop(rule: Rule, templates: Templates) -> None:
    assert rule(templates) == []


def test_replicas_are_as_many_as_wanted_and_take_turns_in_the_zones(config: Config, templates: Templates) -> None:
    zones = [
        made["AvailabilityZone"]
        for made in of_type(templates, "AWS::RDS::DBInstance").values()
        if "SourceDBInstanceIdentifier" in made or "SourceDBClusterIdentifier" in made
    ]
    assert len(zones) == config.replicas
    assert len(set(zones)) == min(config.replicas, len(config.zones))


def test_the_shop_knows_every_replica_with_its_zone(config: Config, templates: Templates) -> None:
    settings = text_of(one(templates, "AWS::SSM::Parameter")["Value"])
    assert settings.count("Endpoint.Address") + settings.count("EndpointAddress") >= 1 + config.replicas
    for zone in {config.availability_zones[number % len(config.zones)] for number in range(config.replicas)}:
        assert f'["{zone}",' in settings


def test_stickiness_is_a_choice(config: Config, templates: Templates) -> None:
    attributes = {
        made["Key"]: made["Value"]
        for made in one(templates, "AWS::ElasticLoadBalancingV2::TargetGroup")["TargetGroupAttributes"]
    }
    if config.sticky:
        assert attributes["stickiness.enabled"] == "true"
        assert attributes["stickiness.type"] == "lb_cookie"
        assert attributes["stickiness.lb_cookie.duration_seconds"] == str(config.sticky_hours * 3600)
    else:
        assert attributes["stickiness.enabled"] == "false"


def test_an_instance_that_leaves_has_the_time_it_needs(config: Config, templates: Templates) -> None:
    """Balancer, systemd and group each wait longer than what they wait for."""
    assert boot.IN_FLIGHT_SECONDS == serve.IN_FLIGHT_SECONDS
    target = one(templates, "AWS::ElasticLoadBalancingV2::TargetGroup")
    noticed = target["HealthCheckIntervalSeconds"] * target["UnhealthyThresholdCount"]
    script = boot_script(templates)
    stop = int(script.split("TimeoutStopSec=")[1].split("\n")[0])
    assert config.drain_seconds > noticed
    assert config.deregistration_seconds >= serve.IN_FLIGHT_SECONDS
    assert stop > config.drain_seconds + serve.IN_FLIGHT_SECONDS
    hook = one(templates, "AWS::AutoScaling::LifecycleHook")
    assert hook["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING"
    assert hook["HeartbeatTimeout"] > stop


def test_idle_connections_are_closed_by_the_balancer_and_not_by_us(templates: Templates) -> None:
    balancer = one(templates, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    attributes = {made["Key"]: made["Value"] for made in balancer["LoadBalancerAttributes"]}
    assert int(attributes["idle_timeout.timeout_seconds"]) * 1000 < serve.KEEP_ALIVE_MS


def test_the_group_follows_the_load_and_replaces_gently(config: Config, templates: Templates) -> None:
    group = templates["web"]["Resources"]
    [made] = [made for made in group.values() if made["Type"] == "AWS::AutoScaling::AutoScalingGroup"]
    properties = made["Properties"]
    assert (int(properties["MinSize"]), int(properties["MaxSize"])) == (config.web_min, config.web_max)
    assert len(properties["VPCZoneIdentifier"]) == len(config.zones)
    assert "ELB" in properties["HealthCheckType"]
    assert properties["HealthCheckGracePeriod"] == 300
    refresh = made["UpdatePolicy"]["AutoScalingInstanceRefresh"]
    assert refresh["Preferences"]["MinHealthyPercentage"] == 100
    policies = of_type(templates, "AWS::AutoScaling::ScalingPolicy").values()
    targets = {
        policy["TargetTrackingConfiguration"]["PredefinedMetricSpecification"]["PredefinedMetricType"]: policy[
            "TargetTrackingConfiguration"
        ]["TargetValue"]
        for policy in policies
    }
    assert targets == {
        "ASGAverageCPUUtilization": config.web_cpu,
        "ALBRequestCountPerTarget": config.web_requests,
    }


def test_a_zone_can_be_left(config: Config, templates: Templates) -> None:
    balancer = one(templates, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    attributes = {made["Key"]: made["Value"] for made in balancer["LoadBalancerAttributes"]}
    assert attributes["zonal_shift.config.enabled"] == "true"
    group = one(templates, "AWS::AutoScaling::AutoScalingGroup")
    assert group["AvailabilityZoneImpairmentPolicy"]["ZonalShiftEnabled"] is True
    assert len(of_type(templates, "AWS::EC2::NatGateway")) == config.nat_gateways


def test_the_caches_are_as_wanted(config: Config, templates: Templates) -> None:
    groups = {
        ("carts" if "carts" in made["ReplicationGroupDescription"] else "pages"): made
        for made in of_type(templates, "AWS::ElastiCache::ReplicationGroup").values()
    }
    carts, pages = groups["carts"], groups["pages"]
    assert carts["Durability"] == config.durability
    assert (carts["NumNodeGroups"], carts["ReplicasPerNodeGroup"]) == (
        config.cart_cache_shards,
        config.cart_cache_replicas,
    )
    assert (carts["ClusterMode"], pages["ClusterMode"]) == ("enabled", "enabled")
    assert (pages["Engine"], pages["NumNodeGroups"]) == ("valkey", config.page_cache_shards)


def test_the_database_is_as_wanted(config: Config, templates: Templates) -> None:
    [primary] = [
        made for kind in DATABASES for made in of_type(templates, kind).values() if "MasterUserPassword" in made
    ]
    assert primary["DeletionProtection"] is config.protected
    assert primary["BackupRetentionPeriod"] == config.backup_days
    if config.database_kind == "cluster":
        assert primary["DBClusterInstanceClass"] == config.database_instance
    else:
        assert primary["DBInstanceClass"] == config.database_instance
        assert primary["MultiAZ"] is True


def test_what_holds_data_stays_when_a_stack_goes(config: Config, templates: Templates) -> None:
    kept = {"AWS::DynamoDB::Table": "Retain", "AWS::SecretsManager::Secret": "Retain", "AWS::S3::Bucket": "Retain"}
    for template in templates.values():
        for name, made in template["Resources"].items():
            if made["Type"] in kept:
                wanted = kept[made["Type"]] if config.keep_data else "Delete"
                assert made.get("DeletionPolicy") == wanted, name
            if made["Type"] in DATABASES and "MasterUserPassword" in made["Properties"]:
                assert made["DeletionPolicy"] == ("Snapshot" if config.keep_data else "Delete"), name


def test_a_domain_brings_names_and_certificates(config: Config, templates: Templates) -> None:
    records = of_type(templates, "AWS::Route53::RecordSet").values()
    if config.domain is None:
        assert not records
        assert not of_type(templates, "AWS::CertificateManager::Certificate")
        return
    names = {(made["Name"], made["Type"]) for made in records}
    assert names == {("origin.shop.example.com.", "A"), ("shop.example.com.", "A"), ("shop.example.com.", "AAAA")}
    [to_balancer] = [made for made in records if made["Name"].startswith("origin.")]
    assert to_balancer["AliasTarget"]["EvaluateTargetHealth"] is True
    assert {
        made["ValidationMethod"] for made in of_type(templates, "AWS::CertificateManager::Certificate").values()
    } == {"DNS"}


def test_pages_are_never_kept_at_the_edge_and_pictures_are(templates: Templates) -> None:
    config = one(templates, "AWS::CloudFront::Distribution")["DistributionConfig"]
    never, optimised = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "658327ea-f89d-4fab-a63d-7e88639e58f6"
    assert config["DefaultCacheBehavior"]["CachePolicyId"] == never
    assert {made["PathPattern"]: made["CachePolicyId"] for made in config["CacheBehaviors"]} == {
        "/static/*": optimised,
        "/pictures/*": optimised,
    }


def test_pictures_come_from_the_bucket_or_else_from_an_instance_with_the_same_headers(templates: Templates) -> None:
    config = one(templates, "AWS::CloudFront::Distribution")["DistributionConfig"]
    [group] = config["OriginGroups"]["Items"]
    assert {made["TargetOriginId"] for made in config["CacheBehaviors"]} == {group["Id"]}
    origins = {made["Id"]: made for made in config["Origins"]}
    first, then = (origins[member["OriginId"]] for member in group["Members"]["Items"])
    assert "OriginAccessControlId" in first
    assert "CustomOriginConfig" in then
    assert {403, 404, 503} <= set(group["FailoverCriteria"]["StatusCodes"]["Items"])
    policy = one(templates, "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    told = {made["Header"]: made["Value"] for made in policy["CustomHeadersConfig"]["Items"]} | {
        "content-security-policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "x-content-type-options": "nosniff" if security["ContentTypeOptions"]["Override"] else "",
        "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "strict-transport-security": f"max-age={transport['AccessControlMaxAgeSec']}"
        + ("; includeSubDomains" if transport["IncludeSubdomains"] else ""),
    }
    assert told == {name.decode(): value.decode() for name, value in security_headers(secure=True)}


def test_the_firewall_is_a_choice_and_limits_shoppers_where_it_sees_them(config: Config, templates: Templates) -> None:
    walls = {
        made["Scope"]: {rule["Name"] for rule in made["Rules"]}
        for made in of_type(templates, "AWS::WAFv2::WebACL").values()
    }
    assert set(walls) == ({"REGIONAL", "CLOUDFRONT"} if config.waf else set())
    assert len(of_type(templates, "AWS::WAFv2::WebACLAssociation")) == (1 if config.waf else 0)
    distribution = one(templates, "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert ("WebACLId" in distribution) is config.waf
    if config.waf:
        assert "OneAddress" in walls["CLOUDFRONT"]
        assert "OneAddress" not in walls["REGIONAL"], "there everybody has an address of CloudFront's"


def test_experiments_mirror_the_drills(config: Config, templates: Templates) -> None:
    actions = {
        action["ActionId"]
        for made in of_type(templates, "AWS::FIS::ExperimentTemplate").values()
        for action in made["Actions"].values()
    }
    failover = "aws:rds:failover-db-cluster" if config.database_kind == "cluster" else "aws:rds:reboot-db-instances"
    wanted = {
        "aws:ec2:terminate-instances",
        "aws:network:disrupt-connectivity",
        "aws:elasticache:replicationgroup-interrupt-az-power",
        failover,
    }
    assert actions == (wanted if config.experiments else set())


def test_the_boot_script_is_shell(templates: Templates, tmp_path: Path) -> None:
    script = boot_script(templates)
    file = tmp_path / "boot.sh"
    file.write_text(script)
    checked = subprocess.run(["bash", "-n", str(file)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert len(script.encode()) < 16 * 1024, "AWS takes no longer one"


def test_stacks_know_only_those_before_them(choice: str, assembly: Assembly) -> None:
    manifest = json.loads((assembly(choice) / "manifest.json").read_text())
    order = ["network", "data", "edge", "media", "web", "ops"]
    for name, made in manifest["artifacts"].items():
        if made["type"] == "aws:cloudformation:stack":
            tier = name.rsplit("-", 1)[1]
            before = [other.rsplit("-", 1)[1] for other in made["dependencies"] if not other.endswith(".assets")]
            assert all(order.index(other) < order.index(tier) for other in before)


def test_every_kind_of_resource_is_somewhere(assembly: Assembly) -> None:
    """Nothing that the architecture promises has got lost."""
    found = set[str]().union(*(kinds(templates_of(assembly(name))) for name in CHOICES))
    assert found >= set((Path(__file__).parent / "kinds.txt").read_text().split())


STATEFUL = (
    *DATABASES,
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::DynamoDB::Table",
    "AWS::SecretsManager::Secret",
    "AWS::S3::Bucket",
)


def test_what_keeps_data_keeps_its_name(assembly: Assembly) -> None:
    """Another logical id is another resource: CloudFormation would make an empty one and take the old one away."""
    found = {
        name: sorted(
            f"{tier} {logical} {made['Type']}"
            for tier, template in templates_of(assembly(name)).items()
            for logical, made in template["Resources"].items()
            if made["Type"] in STATEFUL
        )
        for name in CHOICES
    }
    assert found == json.loads((Path(__file__).parent / "stateful.json").read_text())


def test_the_same_choice_makes_the_same_templates(
    assembly: Assembly, release: tuple[Path, Path], tmp_path: Path
) -> None:
    from tests.aws.synthesis import synthesise

    synthesise(CHOICES["small"], tmp_path / "again", *release)
    assert templates_of(tmp_path / "again") == templates_of(assembly("small"))


def test_fifteen_replicas_and_a_cache_without_cluster_mode(node: Path, tmp_path: Path) -> None:
    from tests.aws.synthesis import only_data

    config = Config(replicas=15, cart_cache_mode="single", durability="disabled")
    templates = only_data(config, tmp_path / "data")
    replicas = [
        made for made in of_type(templates, "AWS::RDS::DBInstance").values() if "SourceDBInstanceIdentifier" in made
    ]
    zones = [made["AvailabilityZone"] for made in replicas]
    assert {zone: zones.count(zone) for zone in zones} == dict.fromkeys(config.availability_zones, 5)
    [carts] = [
        made
        for made in of_type(templates, "AWS::ElastiCache::ReplicationGroup").values()
        if made["ClusterMode"] == "disabled"
    ]
    assert (carts["NumCacheClusters"], carts["AutomaticFailoverEnabled"]) == (3, True)
    assert "NumNodeGroups" not in carts
