"""`python -m myclothes.aws.farewell --region REGION`: stop the shop gently when the group lets this instance go.

The balancer sends nothing new by then. The shop and its relay finish what they are at; then the group hears that it
need not wait any longer. Should this fail, the group goes on by itself after a while.
"""

import argparse
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Any

from botocore.session import get_session  # type: ignore[import-untyped]

from myclothes.aws.metadata import Metadata

HOOK = "farewell"
LEAVING = "Terminated"
LOOK_SECONDS = 5.0
STOP = ("systemctl", "stop", "myclothes-web.service", "myclothes-relay.service")


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m myclothes.aws.farewell", description=__doc__)
    parser.add_argument("--region", required=True)
    region = parser.parse_args(argv).region
    metadata = Metadata()
    wait_to_leave(metadata.get, time.sleep)
    subprocess.run(STOP, check=False)  # noqa: S603
    leave(get_session().create_client("autoscaling", region_name=region), metadata.get("instance-id"))


def wait_to_leave(get: Callable[[str], str], sleep: Callable[[float], None]) -> None:
    while _state(get) != LEAVING:
        sleep(LOOK_SECONDS)


def leave(autoscaling: Any, instance: str) -> None:
    [found] = autoscaling.describe_auto_scaling_instances(InstanceIds=[instance])["AutoScalingInstances"]
    autoscaling.complete_lifecycle_action(
        LifecycleHookName=HOOK,
        AutoScalingGroupName=found["AutoScalingGroupName"],
        InstanceId=instance,
        LifecycleActionResult="CONTINUE",
    )


def _state(get: Callable[[str], str]) -> str:
    try:
        return get("autoscaling/target-lifecycle-state")
    except OSError:
        return ""  # not in a group yet, or the service is busy


if __name__ == "__main__":
    main()
