"""PostgreSQL on RDS: Multi-AZ, TLS only, generated and rotated passwords, read replicas in alternating zones."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from myclothes.aws.config import DATABASE_PORT, Config
from myclothes.aws.environment import OWNER
from myclothes.aws.stacks.network import Network, as_group

NAME = "shop"
VERSION = rds.PostgresEngineVersion.VER_18_3
FAMILY = "postgres18"
PARAMETERS = {
    "rds.force_ssl": "1",
    "log_min_duration_statement": "500",
    "idle_in_transaction_session_timeout": "60000",
    "log_lock_waits": "1",
}
UNWANTED = " %+~`#$&*()|[]{}:;<>?!'/@\"\\,="
"""In passwords: characters that would have to be quoted somewhere."""
STRIPED_FROM = 400
"""GB. From here on storage comes with four times the operations a second."""
AUTHORITY = "rds-ca-rsa2048-g1"


class Database(Construct):
    """`host` takes writes; `replicas` are zone and host of each that is for reading only."""

    def __init__(self, scope: Construct, name: str, config: Config, network: Network) -> None:
        super().__init__(scope, name)
        self._config = config
        self._groups = [network.database.attr_group_id]
        subnets = network.vpc.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        self._subnets = rds.CfnDBSubnetGroup(
            self, "Subnets", db_subnet_group_description="Where databases are", subnet_ids=subnets.subnet_ids
        )
        self.master_secret = self._secret("MasterSecret", "shop_admin")
        self.secret = self._secret("Secret", OWNER, master=self.master_secret)
        self.cluster: rds.CfnDBCluster | None = None
        self.instance: rds.CfnDBInstance | None = None
        if config.database_kind == "cluster":
            self.cluster = self._cluster()
            self.id, self.host = self.cluster.ref, self.cluster.attr_endpoint_address
        else:
            self.instance = self._instance()
            self.id, self.host = self.instance.ref, self.instance.attr_endpoint_address
        self._attachments = self._attach()
        self.replica_instances = [self._replica(number) for number in range(config.replicas)]
        self.replicas = [
            [zone, replica.attr_endpoint_address]
            for zone, replica in zip(self._replica_zones(), self.replica_instances, strict=True)
        ]
        self._rotate(network)

    def _secret(self, name: str, user: str, master: rds.DatabaseSecret | None = None) -> rds.DatabaseSecret:
        secret = rds.DatabaseSecret(
            self,
            name,
            username=user,
            dbname=NAME,
            master_secret=master,
            exclude_characters=UNWANTED,
        )
        secret.apply_removal_policy(self._kept(cdk.RemovalPolicy.RETAIN))
        return secret

    def _kept(self, policy: cdk.RemovalPolicy) -> cdk.RemovalPolicy:
        return policy if self._config.keep_data else cdk.RemovalPolicy.DESTROY

    def _instance(self) -> rds.CfnDBInstance:
        config = self._config
        group = rds.CfnDBParameterGroup(
            self, "Parameters", family=FAMILY, description="TLS only, slow statements logged", parameters=PARAMETERS
        )
        instance = rds.CfnDBInstance(
            self,
            "Primary",
            engine="postgres",
            engine_version=VERSION.postgres_full_version,
            db_instance_class=config.database_instance,
            db_name=NAME,
            multi_az=True,
            allocated_storage=str(config.database_storage),
            max_allocated_storage=config.database_storage * 10,
            storage_type="gp3",
            storage_encrypted=True,
            backup_retention_period=config.backup_days,
            preferred_backup_window="02:00-03:00",
            preferred_maintenance_window="sun:03:30-sun:04:30",
            master_username=self._field(self.master_secret, "username"),
            master_user_password=self._field(self.master_secret, "password"),
            db_parameter_group_name=group.ref,
            **self._common(),
        )
        instance.apply_removal_policy(self._kept(cdk.RemovalPolicy.SNAPSHOT))
        self._parameters = group
        return instance

    def _cluster(self) -> rds.CfnDBCluster:
        """A writer and two readers in three zones. A commit waits for one of the readers."""
        config = self._config
        group = rds.CfnDBClusterParameterGroup(
            self,
            "ClusterParameters",
            family=FAMILY,
            description="TLS only, slow statements logged",
            parameters=PARAMETERS,
        )
        cluster = rds.CfnDBCluster(
            self,
            "Cluster",
            engine="postgres",
            engine_version=VERSION.postgres_full_version,
            db_cluster_instance_class=config.database_instance,
            database_name=NAME,
            allocated_storage=config.database_storage,
            storage_type="gp3",
            iops=3_000 if config.database_storage < STRIPED_FROM else 12_000,
            storage_encrypted=True,
            backup_retention_period=config.backup_days,
            preferred_backup_window="02:00-03:00",
            preferred_maintenance_window="sun:03:30-sun:04:30",
            master_username=self._field(self.master_secret, "username"),
            master_user_password=self._field(self.master_secret, "password"),
            db_cluster_parameter_group_name=group.ref,
            db_subnet_group_name=self._subnets.ref,
            vpc_security_group_ids=self._groups,
            port=DATABASE_PORT,
            deletion_protection=config.protected,
            copy_tags_to_snapshot=True,
            enable_cloudwatch_logs_exports=["postgresql"],
            auto_minor_version_upgrade=True,
        )
        cluster.apply_removal_policy(self._kept(cdk.RemovalPolicy.SNAPSHOT))
        self._parameters = rds.CfnDBParameterGroup(
            self, "Parameters", family=FAMILY, description="TLS only, slow statements logged", parameters=PARAMETERS
        )
        return cluster

    def _common(self) -> dict[str, object]:
        return {
            "db_subnet_group_name": self._subnets.ref,
            "vpc_security_groups": self._groups,
            "port": str(DATABASE_PORT),
            "publicly_accessible": False,
            "deletion_protection": self._config.protected,
            "copy_tags_to_snapshot": True,
            "auto_minor_version_upgrade": True,
            "enable_cloudwatch_logs_exports": ["postgresql"],
            "enable_performance_insights": True,
            "ca_certificate_identifier": AUTHORITY,
        }

    def _attach(self) -> list[secretsmanager.CfnSecretTargetAttachment]:
        """The secrets learn where the database is; the rotation wants to know."""
        return [
            secretsmanager.CfnSecretTargetAttachment(
                self,
                name,
                secret_id=secret.secret_arn,
                target_id=self.id,
                target_type="AWS::RDS::DBCluster" if self.cluster else "AWS::RDS::DBInstance",
            )
            for name, secret in (("MasterAttachment", self.master_secret), ("OwnAttachment", self.secret))
        ]

    def _replica_zones(self) -> list[str]:
        zones = self._config.availability_zones
        return [zones[number % len(zones)] for number in range(self._config.replicas)]

    def _replica(self, number: int) -> rds.CfnDBInstance:
        """Encrypted as its source is, which must not be said again."""
        options = self._common()
        options["db_parameter_group_name"] = self._parameters.ref
        options["deletion_protection"] = False  # a replica holds nothing that its source does not
        if self.cluster:
            options["source_db_cluster_identifier"] = self.id
        else:
            options["source_db_instance_identifier"] = self.id
            del options["db_subnet_group_name"]  # the source's, in the same region
        replica = rds.CfnDBInstance(
            self,
            f"Replica{number + 1}",
            db_instance_class=self._config.replica_instance,
            availability_zone=self._replica_zones()[number],
            storage_type="gp3",
            **options,
        )
        replica.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        return replica

    def _rotate(self, network: Network) -> None:
        """AWS's own functions. They stand in the web tier's group, which may ask the database already."""
        groups = [as_group(self, "Rotators", network.web)]
        subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        hosted = secretsmanager.HostedRotation
        master = hosted.postgre_sql_single_user(
            exclude_characters=UNWANTED, vpc=network.vpc, vpc_subnets=subnets, security_groups=groups
        )
        own = hosted.postgre_sql_multi_user(
            master_secret=self.master_secret,
            exclude_characters=UNWANTED,
            vpc=network.vpc,
            vpc_subnets=subnets,
            security_groups=groups,
        )
        for name, secret, rotation in (("Master", self.master_secret, master), ("Own", self.secret, own)):
            schedule = secret.add_rotation_schedule(
                f"{name}Rotation",
                hosted_rotation=rotation,
                automatically_after=cdk.Duration.days(self._config.rotation_days),
                # The shop's role is only made by the first instance.
                rotate_immediately_on_update=False,
            )
            schedule.node.add_dependency(*self._attachments)

    @staticmethod
    def _field(secret: secretsmanager.Secret, key: str) -> str:
        """A reference that CloudFormation resolves itself: no secret is ever in a template."""
        return secret.secret_value_from_json(key).unsafe_unwrap()
