"""How tests look into templates."""

import copy
import json
from typing import Any

Templates = dict[str, Any]
Resource = dict[str, Any]


def of_type(templates: Templates, kind: str) -> dict[str, Resource]:
    """Properties by tier and logical id, such as `data.CartTable`."""
    return {
        f"{tier}.{name}": made.get("Properties", {})
        for tier, template in templates.items()
        for name, made in template["Resources"].items()
        if made["Type"] == kind
    }


def one(templates: Templates, kind: str) -> Resource:
    [found] = of_type(templates, kind).values()
    return found


def kinds(templates: Templates) -> set[str]:
    return {made["Type"] for template in templates.values() for made in template["Resources"].values()}


def text_of(value: Any) -> str:
    """Text with its references written out: `Fn::Join` joined, what cannot be known as ‹…›."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(text_of(part) for part in parts)
    if isinstance(value, dict) and "Fn::Base64" in value:
        return text_of(value["Fn::Base64"])
    return f"‹{json.dumps(value, sort_keys=True)}›"


def mutated(templates: Templates) -> Templates:
    """A copy to spoil."""
    return copy.deepcopy(templates)


def spoil(templates: Templates, kind: str, **properties: Any) -> Templates:
    """A copy in which the first resource of a kind has other properties; None takes one away."""
    made = mutated(templates)
    found = next(iter(of_type(made, kind).values()))
    for name, value in properties.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return made
