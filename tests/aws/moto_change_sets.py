"""Stacks in moto as CloudFormation makes, changes and deletes them.

moto's own make the resources, but no outputs and no exports, report nothing of single resources, and end half done
when one fails; they change few kinds of resources and leave most behind that they should delete. With this, all is
done while nobody waits for the answer, each resource tells its beginning and end, what fails is taken back or says so,
and what a stack exports cannot go while another one uses it.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Event, Stack, cloudformation_backends

from tests.aws import moto_resources

_STACKS: dict[str, Stack] = {}
"""Those that are being worked at, by id."""
_ONE_AT_A_TIME = threading.Lock()
_HELD: dict[str, threading.Event] = {}
_RESOLVED: dict[tuple[str, str], Any] = {}
"""What a resource was made of, by stack and logical id: a reference may lead elsewhere later."""


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
        _begin(stack, "UPDATE", lambda: _update(self, stack, change))
    else:
        _begin(stack, "CREATE", lambda: _create(self, stack, change))


def _delete_stack(self: CloudFormationBackend, name_or_stack_id: str) -> None:
    for stack in list(self.stacks.values()):
        if name_or_stack_id in {stack.name, stack.stack_id}:
            _begin(stack, "DELETE", lambda stack=stack: _delete(self, stack))  # type: ignore[misc]


def _begin(stack: Stack, what: str, work: Callable[[], None]) -> None:
    def worked() -> None:
        with _ONE_AT_A_TIME:
            _STACKS[stack.stack_id] = stack
            try:
                work()
            finally:
                del _STACKS[stack.stack_id]

    stack.status = f"{what}_IN_PROGRESS"
    stack._add_stack_event(stack.status, resource_status_reason="User Initiated")
    threading.Thread(target=worked, daemon=True).start()


def _end(stack: Stack, status: str, reason: str | None = None) -> None:
    stack._add_stack_event(status, reason)
    stack.status = status


def _create(backend: CloudFormationBackend, stack: Stack, change: ChangeSet) -> None:
    resources = stack.resource_map
    try:
        # Whoever describes the stack meanwhile must not find resources to be made: looking makes them.
        stack.template = change.template
        stack._parse_template()
        resources = stack._create_resource_map()
        resources.create(stack.template_dict)
        stack.resource_map = resources
        _publish(backend, stack)
    except Exception as error:
        reason = f"The following resource(s) failed to create. ({error!r})"
        stack._add_stack_event("ROLLBACK_IN_PROGRESS", reason)
        with suppress(Exception):
            resources.delete()
        _end(stack, "ROLLBACK_COMPLETE")
    else:
        _end(stack, "CREATE_COMPLETE")


def _update(backend: CloudFormationBackend, stack: Stack, change: ChangeSet) -> None:
    """What is new, then what is different, also by what it refers to, then what is left over."""
    resources, before = stack.resource_map, dict(stack.template_dict)
    exported = {export.name for export in stack.exports}
    try:
        stack.template = change.template
        stack._parse_template()
        template = stack.template_dict
        resources._template, resources._resource_json_map = template, template["Resources"]
        resources.cross_stack_resources = backend.exports
        resources.load()
        _refuse_to_unexport(backend, stack, exported)
        while different := [name for name in template["Resources"] if _differs(resources, name)]:
            for name in different:
                _changed(stack, resources, name)
        left = {name: made for name, made in before["Resources"].items() if name not in template["Resources"]}
        if failed := _deleted(stack, resources, left):
            raise failed[0][1]
        for name in exported:
            backend.exports.pop(name, None)
        _publish(backend, stack)
    except Exception as error:
        stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", str(error))
        stack.template = json.dumps(before)
        stack._parse_template()
        _end(stack, "UPDATE_ROLLBACK_COMPLETE")
    else:
        _end(stack, "UPDATE_COMPLETE")


def _refuse_to_unexport(backend: CloudFormationBackend, stack: Stack, exported: set[str]) -> None:
    now = {json.dumps(made.get("Export", {}).get("Name")) for made in stack.template_dict.get("Outputs", {}).values()}
    for name in exported:
        for other in backend.stacks.values():
            if json.dumps(name) not in now and f'"Fn::ImportValue": "{name}"' in json.dumps(other.template_dict):
                raise ValueError(f"Export {name} cannot be deleted as it is in use by {other.name}")


def _differs(resources: parsing.ResourceMap, name: str) -> bool:
    made = parsing.clean_json(resources._resource_json_map[name], resources)
    return bool(_without_notes(made) != _RESOLVED.get((resources.stack_id, name)))


def _changed(stack: Stack, resources: parsing.ResourceMap, name: str) -> None:
    if name not in resources._parsed_resources:
        _ = resources[name]
        return
    made = parsing.clean_json(resources._resource_json_map[name], resources)
    with _telling(stack, "UPDATE", name, made["Type"]):
        moto_resources.change(resources[name], made, resources)
    _RESOLVED[resources.stack_id, name] = _without_notes(made)


def _delete(backend: CloudFormationBackend, stack: Stack) -> None:
    exports = [export.name for export in stack.exports]
    left = dict(stack.template_dict.get("Resources", {})) if stack.template else {}
    if failed := _deleted(stack, stack.resource_map, left):
        names = ", ".join(name for name, _ in failed)
        _end(stack, "DELETE_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
        return
    for name in exports:
        backend.exports.pop(name, None)
    backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)
    _end(stack, "DELETE_COMPLETE")


def _deleted(stack: Stack, resources: parsing.ResourceMap, left: dict[str, Any]) -> list[tuple[str, Exception]]:
    """The last one first, and again while one was in another's way. What could not be deleted, and why."""
    failed: dict[str, Exception] = {}
    before = None
    while left and before != len(left):
        before = len(left)
        for name in reversed(list(left)):
            made = resources._parsed_resources.get(name)
            if made is None or left[name].get("DeletionPolicy") == "Retain":
                del left[name]
                continue
            resolved = {**left[name], "Properties": _RESOLVED[resources.stack_id, name].get("Properties", {})}
            _tell(stack, "DELETE_IN_PROGRESS", name, resolved["Type"])
            _hold(name)
            try:
                moto_resources.delete(made, resolved, resources)
            except Exception as error:
                failed[name] = error
            else:
                _tell(stack, "DELETE_COMPLETE", name, resolved["Type"])
                failed.pop(name, None)
                del left[name], resources._parsed_resources[name]
    for name, error in failed.items():
        _tell(stack, "DELETE_FAILED", name, left[name]["Type"], str(error))
    return list(failed.items())


def _publish(backend: CloudFormationBackend, stack: Stack) -> None:
    stack.output_map = stack._create_output_map()
    exports = {export.name: export for export in stack.exports}
    _ = stack.outputs
    backend.exports.update(exports)


def _tell(stack: Stack, status: str, name: str, type_: str, reason: str | None = None) -> None:
    stack.events.append(Event(stack.stack_id, stack.name, name, name, type_, status, reason, None))


def _hold(name: str) -> None:
    if name in _HELD:
        _HELD[name].wait(30)


@contextmanager
def _telling(stack: Stack, what: str, name: str, type_: str) -> Iterator[None]:
    _tell(stack, f"{what}_IN_PROGRESS", name, type_)
    _hold(name)
    try:
        yield
    except Exception as error:
        _tell(stack, f"{what}_FAILED", name, type_, getattr(error, "message", None) or str(error))
        raise
    _tell(stack, f"{what}_COMPLETE", name, type_)


def _told(logical_id: str, resource_json: dict[str, Any], resources_map: Any, *args: Any, **kwargs: Any) -> Any:
    stack = _STACKS.get(resources_map.stack_id)
    with _telling(stack, "CREATE", logical_id, resource_json["Type"]) if stack else nullcontext():
        made = _MAKE(logical_id, resource_json, resources_map, *args, **kwargs)
    resolved = parsing.clean_json(resource_json, resources_map)
    _RESOLVED[resources_map.stack_id, logical_id] = _without_notes(resolved)
    return made


def _without_notes(made: Any) -> Any:
    return {key: value for key, value in made.items() if key in {"Type", "Properties"}}


def _cleaned(resource_json: Any, resources_map: Any) -> Any:
    """With the outputs of other stacks, which moto does not know to be asked for."""
    if isinstance(resource_json, dict) and "Fn::GetStackOutput" in resource_json:
        asked = resource_json["Fn::GetStackOutput"]
        backend = cloudformation_backends[resources_map._account_id][asked.get("Region", resources_map._region_name)]
        found = next(stack for stack in backend.stacks.values() if stack.name == asked["StackName"])
        return next(made["OutputValue"] for made in found.outputs or [] if made["OutputKey"] == asked["OutputName"])
    return _CLEAN(resource_json, resources_map)


_MAKE, _CLEAN = parsing.parse_and_create_resource, parsing.clean_json
parsing.parse_and_create_resource, parsing.clean_json = _told, _cleaned
CloudFormationBackend.execute_change_set = _execute  # type: ignore[method-assign]
CloudFormationBackend.delete_stack = _delete_stack  # type: ignore[method-assign]
