"""A synthesis that cdk-nag looks at as well. To be imported once there is a Node.js."""

from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from myclothes.aws.app import FLAGS
from myclothes.aws.build import build
from myclothes.aws.config import Config
from myclothes.aws.stacks.data import Data
from myclothes.aws.stacks.network import Network
from tests.aws.conftest import templates_of
from tests.aws.templates import Templates

Build = Callable[[cdk.App], object]


def synthesise(config: Config, folder: Path, wheel: Path, requirements: Path) -> None:
    nagged(folder, lambda app: build(app, config, wheel=wheel, requirements=requirements))


def nagged(folder: Path, build_: Build) -> None:
    """Findings are in `validation-report.json`, whether or not they let the synthesis fail."""
    app = cdk.App(outdir=str(folder), analytics_reporting=False, auto_synth=False, context=FLAGS)
    build_(app)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise


def only_data(config: Config, folder: Path) -> Templates:
    """The two stacks that a choice of database or cache concerns."""
    app = cdk.App(outdir=str(folder), analytics_reporting=False, auto_synth=False, context=FLAGS)
    environment = cdk.Environment(region=config.region)
    Data(app, config, Network(app, config, env=environment), env=environment)
    app.synth()
    return templates_of(folder)
