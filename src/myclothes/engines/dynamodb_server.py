"""moto's DynamoDB, one request at a time: `python -m myclothes.engines.dynamodb_server PORT`.

DynamoDB makes each conditional update atomic. moto checks the condition and applies the update in two steps, on a
thread for each request, so that two updates at once may both read the old value; a lock around it makes it honest.
"""

import sys
import threading
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

from myclothes.engines.dynamodb_values import spare_copies


def main() -> None:
    spare_copies()
    lock = threading.Lock()
    application = DomainDispatcherApplication(create_backend_app)

    def one_at_a_time(environ: Any, start_response: Any) -> Any:
        with lock:
            return application(environ, start_response)

    run_simple("127.0.0.1", int(sys.argv[1]), one_at_a_time, threaded=True)


if __name__ == "__main__":
    main()
