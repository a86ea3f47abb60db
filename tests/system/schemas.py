# SPDX-License-Identifier: MIT
"""Holds what the tools print against the JSON Schema files of docs/.

Readers must skip keys that they do not know, so the files allow them. Here they are closed: a key
that no schema names is one that nobody documented.
"""
import copy
import json

from harness import ROOT, Failure, Skip
from modules import optional

jsonschema = optional("jsonschema")

FILES = ("status", "sessions", "receivers", "event", "offers")


def _closed(schema):
    """The schema with every object that lists its properties taking no other."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    # What stands under a condition speaks about some of the properties only.
    inner = {key: value if key in ("allOf", "if", "then", "else") else _closed(value)
             for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        inner["additionalProperties"] = False
    return inner


def _validators():
    store = {f"{name}.schema.json": json.loads((ROOT / f"docs/{name}.schema.json").read_text())
             for name in FILES}
    closed = {name: _closed(copy.deepcopy(schema)) for name, schema in store.items()}
    for schema in store.values():
        jsonschema.Draft202012Validator.check_schema(schema)

    def validator(name):
        schema = closed[f"{name}.schema.json"]
        resolver = jsonschema.RefResolver(f"{name}.schema.json", schema, store=closed)
        return jsonschema.Draft202012Validator(schema, resolver=resolver)
    return {name: validator(name) for name in FILES}


def valid(name, value):
    """The claim that the value is as docs/NAME.schema.json says; the value."""
    if jsonschema is None:
        raise Skip("python3-jsonschema is not installed")
    wrong = list(_validators()[name].iter_errors(value))
    if wrong:
        where = "/".join(map(str, wrong[0].absolute_path))
        raise Failure(f"{name}: {where}: {wrong[0].message[:500]}")
    return value
