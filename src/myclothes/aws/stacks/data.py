"""Where everything is kept: PostgreSQL, two Valkeys, a DynamoDB table, and the secrets that open them."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from myclothes.aws.config import Config
from myclothes.aws.stacks.caches import Cache
from myclothes.aws.stacks.database import Database
from myclothes.aws.stacks.network import Network
from myclothes.aws.stacks.outputs import output

TELLING = ("cloudwatch", "events.rds", "elasticache", "budgets")
"""Services of AWS that put alarms into the topic."""


class Data(cdk.Stack):
    def __init__(self, scope: Construct, config: Config, network: Network, **options: object) -> None:
        super().__init__(scope, f"{config.name}-data", **options)
        self.alarms = self._topic(config)
        self.database = Database(self, "Database", config, network)
        self.carts = Cache(
            self,
            "Carts",
            config,
            network,
            alarms=self.alarms,
            node=config.cart_cache_node,
            mode=config.cart_cache_mode,
            shards=config.cart_cache_shards,
            replicas=config.cart_cache_replicas,
            durability=config.durability,
            # A full cache refuses a new cart; it never throws somebody's cart away.
            when_full="noeviction",
            snapshot_days=config.backup_days,
        )
        self.pages = Cache(
            self,
            "Pages",
            config,
            network,
            alarms=self.alarms,
            node=config.page_cache_node,
            mode=config.page_cache_mode,
            shards=config.page_cache_shards,
            replicas=config.page_cache_replicas,
            durability="disabled",
            when_full="allkeys-lru",
            snapshot_days=0,
        )
        self.table = self._table(config)
        self.shop_secret = self._shop_secret(config)
        self._outputs()

    def _topic(self, config: Config) -> sns.Topic:
        """A policy of our own takes the place of the usual one, so whoever tells us something is named."""
        topic = sns.Topic(self, "Alarms", display_name=f"{config.name} alarms", enforce_ssl=True)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OurOwnServices",
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com") for service in TELLING],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        if config.alarm_mail:
            sns.Subscription(
                self,
                "AlarmMail",
                topic=topic,
                protocol=sns.SubscriptionProtocol.EMAIL,
                endpoint=config.alarm_mail,
            )
        return topic

    def _table(self, config: Config) -> dynamodb.Table:
        """The other store for carts. Empty, it costs nothing."""
        return dynamodb.Table(
            self,
            "CartTable",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            deletion_protection=config.protected,
            removal_policy=cdk.RemovalPolicy.RETAIN if config.keep_data else cdk.RemovalPolicy.DESTROY,
        )

    def _shop_secret(self, config: Config) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            "ShopSecret",
            description="Seals cookies. Put MYCLOTHES_MAIL and the keys of the payment provider in here as well",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template="{}",  # noqa: S106
                generate_string_key="MYCLOTHES_SECRETS",
                password_length=64,
                exclude_punctuation=True,
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN if config.keep_data else cdk.RemovalPolicy.DESTROY,
        )

    def _outputs(self) -> None:
        for name, value, description in (
            ("DatabaseAddress", self.database.host, "PostgreSQL that takes writes"),
            ("CartsEndpoint", self.carts.host, "Valkey that keeps carts and sessions"),
            ("PagesEndpoint", self.pages.host, "Valkey that may forget"),
            ("CartTableName", self.table.table_name, "DynamoDB table for carts"),
            ("ShopSecretName", self.shop_secret.secret_arn, "Where mail and payment are set"),
            ("AlarmTopic", self.alarms.topic_arn, "Where alarms go"),
        ):
            output(self, name, value, description)
