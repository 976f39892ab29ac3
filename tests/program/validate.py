#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""validate.py SCHEMA-DIR SCHEMA FILE...: checks documents; says on stderr what is wrong with them.

Exits with 77 where the validator is not installed (Debian: python3-jsonschema 4 or later).
"""
import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)


def no_doubles(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key is there twice: {keys}")
    return dict(pairs)


def bundled(node, name):
    """The schema NAME with references that work when all schemas are in one document."""
    if isinstance(node, list):
        return [bundled(item, name) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: bundled(value, name) for key, value in node.items() if key != "$id"}
    if isinstance(node.get("$ref"), str):
        file, _, place = node["$ref"].partition("#")
        node["$ref"] = f"#/$defs/{file or name}{place}"
    return node


folder, wanted, documents = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
schemas = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
for schema in schemas.values():
    Draft202012Validator.check_schema(schema)

bundle = {"$ref": f"#/$defs/{wanted}", "$defs": {name: bundled(schema, name) for name, schema in schemas.items()}}
validator = Draft202012Validator(bundle)
failed = False
for document in documents:
    with open(document, encoding="ascii") as file:
        instance = json.load(file, object_pairs_hook=no_doubles)
    for error in validator.iter_errors(instance):
        print(f"{document}: {error.json_path}: {error.message}", file=sys.stderr)
        failed = True
sys.exit(failed)
