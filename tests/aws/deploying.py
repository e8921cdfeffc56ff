"""`python -m tests.aws.deploying FOLDER`: what `myclothes aws deploy` does once the templates are drawn up."""

import signal
import sys
from pathlib import Path

from myclothes.aws.assembly import read_assembly
from myclothes.aws.cloud import Cloud
from myclothes.aws.ctrl_c import CtrlC
from myclothes.aws.deploy import Deployment
from myclothes.aws.errors import AwsError
from myclothes.aws.progress import Progress
from myclothes.terminal import Terminal

if __name__ == "__main__":
    # As a command in the foreground has it; what a shell starts in the background begins deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with CtrlC() as ctrl_c:
            deployment = Deployment(Cloud("eu-central-1"), Progress(), pause=0.02, sleep=ctrl_c.sleep)
            deployment.run(read_assembly(Path(sys.argv[1])))
    except AwsError as error:
        Terminal().error(error.message, error.advice)
        sys.exit(1)
