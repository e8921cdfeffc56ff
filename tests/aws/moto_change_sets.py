"""Change sets in moto as CloudFormation carries them out.

moto's own make the resources, but no outputs and no exports, report nothing of single resources, and end half done
when one fails. With this, a new stack is made while nobody waits for the answer, its resources each tell their
beginning and end, and a failed one takes all back.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Event, Stack

_STACKS: dict[str, Stack] = {}
"""Those that are being made, by id."""
_ONE_AT_A_TIME = threading.Lock()
_HELD: dict[str, threading.Event] = {}


@contextmanager
def holding(logical_id: str) -> Iterator[threading.Event]:
    """That resource is not finished before the event is set, or half a minute has passed."""
    _HELD[logical_id] = threading.Event()
    try:
        yield _HELD[logical_id]
    finally:
        _HELD.pop(logical_id).set()


def _execute(self: CloudFormationBackend, change_set_name: str, stack_name: str | None = None) -> None:
    change = next(c for key, c in self.change_sets.items() if change_set_name in {key, c.change_set_name})
    stack = self.stacks[change.stack_id]
    stack.cross_stack_resources = self.exports
    change.execution_status = "EXECUTE_COMPLETE"
    if change.change_set_type == "UPDATE":
        stack.resource_map.cross_stack_resources = self.exports
        stack.update(change.template, parameters=change.parameters)
        return
    stack.status = "CREATE_IN_PROGRESS"
    stack._add_stack_event("CREATE_IN_PROGRESS", resource_status_reason="User Initiated")
    threading.Thread(target=_create, args=(self, stack, change), daemon=True).start()


def _create(backend: CloudFormationBackend, stack: Stack, change: ChangeSet) -> None:
    with _ONE_AT_A_TIME:
        _STACKS[stack.stack_id] = stack
        resources = stack.resource_map
        try:
            # Whoever describes the stack meanwhile must not find resources to be made: looking makes them.
            stack.template = change.template
            stack._parse_template()
            resources = stack._create_resource_map()
            resources.create(stack.template_dict)
            stack.resource_map = resources
            stack.output_map = stack._create_output_map()
            exports = {export.name: export for export in stack.exports}
            _ = stack.outputs
        except Exception as error:
            _take_back(stack, resources, error)
        else:
            backend.exports.update(exports)
            stack._add_stack_event("CREATE_COMPLETE")
            stack.status = "CREATE_COMPLETE"
        finally:
            del _STACKS[stack.stack_id]


def _take_back(stack: Stack, resources: parsing.ResourceMap, error: Exception) -> None:
    reason = f"The following resource(s) failed to create. ({error!r})"
    stack._add_stack_event("ROLLBACK_IN_PROGRESS", reason)
    with suppress(Exception):
        resources.delete()
    stack._add_stack_event("ROLLBACK_COMPLETE")
    stack.status = "ROLLBACK_COMPLETE"


def _told(logical_id: str, resource_json: dict[str, Any], resources_map: Any, *args: Any, **kwargs: Any) -> Any:
    stack = _STACKS.get(resources_map.stack_id)
    if stack is None:
        return _MAKE(logical_id, resource_json, resources_map, *args, **kwargs)

    def tell(status: str, reason: str | None = None) -> None:
        of = (stack.stack_id, stack.name, logical_id, logical_id, resource_json["Type"])
        stack.events.append(Event(*of, status, reason, None))

    tell("CREATE_IN_PROGRESS")
    if logical_id in _HELD:
        _HELD[logical_id].wait(30)
    try:
        made = _MAKE(logical_id, resource_json, resources_map, *args, **kwargs)
    except Exception as error:
        tell("CREATE_FAILED", getattr(error, "message", None) or str(error))
        raise
    tell("CREATE_COMPLETE")
    return made


_MAKE = parsing.parse_and_create_resource
parsing.parse_and_create_resource = _told
CloudFormationBackend.execute_change_set = _execute  # type: ignore[method-assign]
