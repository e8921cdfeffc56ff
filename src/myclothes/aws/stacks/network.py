"""VPC, subnets and every security group. All rules stand here, so that who may talk to whom is read in one place."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from myclothes.aws.config import CACHE_PORT, DATABASE_PORT, HTTP_PORT, HTTPS_PORT, SHOP_PORT, Config
from myclothes.aws.stacks.outputs import output
from myclothes.aws.stacks.retention import retention

WORLD = "0.0.0.0/0"
MAIL_PORTS = (465, 587)
RANGE = "10.40.0.0/16"


class Network(cdk.Stack):
    def __init__(self, scope: Construct, config: Config, **options: object) -> None:
        super().__init__(scope, f"{config.name}-network", **options)
        self.vpc = self._vpc(config)
        self.balancer = self._group("Balancer", "Load balancer: the world comes in here and nowhere else")
        self.web = self._group("Web", "Web instances: the balancer alone may ask them")
        self.cache = self._group("Cache", "Valkey: web instances alone may ask it")
        self.database = self._group("Database", "PostgreSQL: web instances alone may ask it")
        self._rules()
        self._flow_log(config)
        output(self, "VpcId", self.vpc.vpc_id, "The network that everything is in")

    def _vpc(self, config: Config) -> ec2.Vpc:
        vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(RANGE),
            availability_zones=config.availability_zones,
            nat_gateways=config.nat_gateways,
            restrict_default_security_group=False,  # would take a function with rights; nothing uses that group
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=22, map_public_ip_on_launch=False
                ),
                ec2.SubnetConfiguration(name="web", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=20),
                ec2.SubnetConfiguration(name="data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=22),
            ],
        )
        # Free, while the same bytes through a NAT gateway are not. Endpoints of other services cost more than they save.
        for name, service in (
            ("S3", ec2.GatewayVpcEndpointAwsService.S3),
            ("Dynamodb", ec2.GatewayVpcEndpointAwsService.DYNAMODB),
        ):
            vpc.add_gateway_endpoint(
                name, service=service, subnets=[ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)]
            )
        return vpc

    def _group(self, name: str, description: str) -> ec2.CfnSecurityGroup:
        group = ec2.CfnSecurityGroup(self, name, group_description=description, vpc_id=self.vpc.vpc_id)
        group.tags.set_tag("Name", f"{self.stack_name}-{name.lower()}")
        # With no rule at all CloudFormation would add "everything" itself.
        group.security_group_egress = [
            ec2.CfnSecurityGroup.EgressProperty(
                ip_protocol="icmp", from_port=252, to_port=86, cidr_ip="255.255.255.255/32", description="Nothing"
            )
        ]
        return group

    def _rules(self) -> None:
        for port in (HTTP_PORT, HTTPS_PORT):
            self._allow_world_in(self.balancer, port)
        self._allow(self.balancer, self.web, SHOP_PORT)
        self._allow(self.web, self.cache, CACHE_PORT)
        self._allow(self.web, self.database, DATABASE_PORT)
        # AWS itself, packages, payments and mail.
        for port in (HTTPS_PORT, *MAIL_PORTS):
            ec2.CfnSecurityGroupEgress(
                self,
                f"WebToWorld{port}",
                group_id=self.web.attr_group_id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                cidr_ip=WORLD,
                description="AWS, packages, payments" if port == HTTPS_PORT else "Mail",
            )

    def _allow_world_in(self, group: ec2.CfnSecurityGroup, port: int) -> None:
        ec2.CfnSecurityGroupIngress(
            self,
            f"WorldToBalancer{port}",
            group_id=group.attr_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ip=WORLD,
            description="Shoppers",
        )

    def _allow(self, source: ec2.CfnSecurityGroup, target: ec2.CfnSecurityGroup, port: int) -> None:
        name = f"{source.node.id}To{target.node.id}{port}"
        ec2.CfnSecurityGroupIngress(
            self,
            name,
            group_id=target.attr_group_id,
            source_security_group_id=source.attr_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"From {source.node.id.lower()}",
        )
        ec2.CfnSecurityGroupEgress(
            self,
            f"{name}Out",
            group_id=source.attr_group_id,
            destination_security_group_id=target.attr_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"To {target.node.id.lower()}",
        )

    def _flow_log(self, config: Config) -> None:
        """What was refused: whoever knocks at the wrong door is seen."""
        group = logs.LogGroup(
            self,
            "Refused",
            log_group_name=f"/{config.name}/refused",
            retention=retention(config.log_days),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        role = iam.Role(self, "FlowLogRole", assumed_by=iam.ServicePrincipal("vpc-flow-logs.amazonaws.com"))
        group.grant_write(role)
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_id=self.vpc.vpc_id,
            resource_type="VPC",
            traffic_type="REJECT",
            log_group_name=group.log_group_name,
            deliver_logs_permission_arn=role.role_arn,
        )


def as_group(scope: Construct, name: str, group: ec2.CfnSecurityGroup) -> ec2.ISecurityGroup:
    """The group for constructs that would otherwise add rules of their own: they cannot change it."""
    return ec2.SecurityGroup.from_security_group_id(scope, name, group.attr_group_id, mutable=False)
