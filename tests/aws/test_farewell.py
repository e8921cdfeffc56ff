"""An instance that its group lets go: it waits for the word, stops the shop, and says that it is done."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from myclothes.aws.boot import SPARE_SECONDS
from myclothes.aws.cloud import Cloud
from myclothes.aws.config import Config
from myclothes.aws.farewell import HOOK, LOOK_SECONDS, STOP, wait_to_leave
from myclothes.aws.metadata import Metadata
from myclothes.aws.presets import PRESETS
from tests.aws.fronts import metadata
from tests.aws.moto_extensions import LEFT

Service = Callable[[str, Callable[[], str]], ThreadingHTTPServer]


@pytest.fixture
def service() -> Iterator[Service]:
    made: list[ThreadingHTTPServer] = []

    def make(instance: str, state: Callable[[], str]) -> ThreadingHTTPServer:
        made.append(metadata(instance, "eu-central-1a", {}, state))
        return made[-1]

    yield make
    for server in made:
        server.shutdown()
        server.server_close()


def test_it_waits_until_the_group_lets_it_go_also_while_nobody_tells(service: Service) -> None:
    states = iter(["InService", "", "Standby", "Terminated"])
    server = service("i-0123456789abcdef0", lambda: next(states))
    waited: list[float] = []
    wait_to_leave(Metadata(f"http://127.0.0.1:{server.server_port}").get, waited.append)
    assert waited == [LOOK_SECONDS] * 3


@pytest.mark.parametrize("preset", PRESETS)
def test_it_looks_often_enough_to_be_done_in_the_time_that_the_group_gives(preset: str) -> None:
    config = Config.preset(preset)
    assert LOOK_SECONDS < SPARE_SECONDS < config.deregistration_seconds


@pytest.fixture
def member(cloud: Cloud) -> Iterator[tuple[str, str]]:
    """A group, and an instance in it."""
    client: Any = cloud._client("autoscaling")
    [subnet, *_] = cloud._client("ec2").describe_subnets()["Subnets"]
    client.create_launch_configuration(LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="t3.small")
    client.create_auto_scaling_group(
        AutoScalingGroupName="web-group", LaunchConfigurationName="web", MinSize=1, MaxSize=1, DesiredCapacity=1,
        VPCZoneIdentifier=subnet["SubnetId"],
    )  # fmt: skip
    [found] = client.describe_auto_scaling_instances()["AutoScalingInstances"]
    yield "web-group", found["InstanceId"]
    client.delete_auto_scaling_group(AutoScalingGroupName="web-group", ForceDelete=True)
    client.delete_launch_configuration(LaunchConfigurationName="web")


@pytest.mark.parametrize("stopped", ["stopped", "failed to stop"])
def test_the_shop_is_stopped_and_then_the_group_hears_that_it_need_not_wait(
    stopped: str, member: tuple[str, str], service: Service, tmp_path: Path
) -> None:
    group, instance = member
    LEFT.clear()
    log = tmp_path / "systemctl.log"
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "systemctl $*" >> {log}\nexit {0 if stopped == "stopped" else 1}\n')
    systemctl.chmod(0o755)
    server = service(instance, lambda: "Terminated")
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
    }
    said = subprocess.run(
        [sys.executable, "-m", "myclothes.aws.farewell", "--region", "eu-central-1"],
        env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert log.read_text() == " ".join(STOP) + "\n"
    assert [(HOOK, group, instance, "CONTINUE")] == LEFT
