"""How the shop is watched: alarms, failover events, a dashboard, a budget, and experiments."""

import aws_cdk as cdk
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_rds as rds
from constructs import Construct

from myclothes.aws.config import Config
from myclothes.aws.stacks.alarms import Alarms
from myclothes.aws.stacks.dashboard import dashboard
from myclothes.aws.stacks.data import Data
from myclothes.aws.stacks.edge import Edge
from myclothes.aws.stacks.experiments import Experiments
from myclothes.aws.stacks.outputs import output

TOLD = ("failover", "failure", "low storage", "maintenance", "recovery", "read replica")
TOLD_OF_CLUSTER = ("failover", "failure", "maintenance")


class Ops(cdk.Stack):
    def __init__(
        self,
        scope: Construct,
        config: Config,
        data: Data,
        edge: Edge,
        group: autoscaling.AutoScalingGroup,
        **options: object,
    ) -> None:
        super().__init__(scope, f"{config.name}-ops", **options)
        alarms = Alarms(self, config, data, edge, group)
        self._failovers(data)
        self._budget(config, data)
        page = dashboard(self, config, data, edge, alarms.all)
        if config.experiments:
            Experiments(self, config, data, edge)
        output(self, "Dashboard", page.dashboard_name, "The page that shows how the shop is")

    def _failovers(self, data: Data) -> None:
        """ElastiCache tells the topic itself; PostgreSQL has to be asked to."""
        database = data.database
        if database.cluster:
            self._subscription("ClusterEvents", data, "db-cluster", TOLD_OF_CLUSTER, [database.id])
        instances = [one.ref for one in ([database.instance] if database.instance else []) + database.replica_instances]
        if instances:
            self._subscription("DatabaseEvents", data, "db-instance", TOLD, instances)

    def _subscription(self, name: str, data: Data, kind: str, told: tuple[str, ...], ids: list[str]) -> None:
        rds.CfnEventSubscription(
            self,
            name,
            sns_topic_arn=data.alarms.topic_arn,
            source_type=kind,
            event_categories=list(told),
            source_ids=ids,
        )

    def _budget(self, config: Config, data: Data) -> None:
        subscribers = [budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=data.alarms.topic_arn)]
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=config.budget, unit="USD"),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=threshold,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=subscribers,
                )
                for kind, threshold in (("ACTUAL", 80), ("FORECASTED", 100))
            ],
        )
