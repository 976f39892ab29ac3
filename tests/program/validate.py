#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""validate.py SCHEMA-DIR SCHEMA FILE...: checks documents; says on stderr what is wrong with them.
validate.py SCHEMA-DIR: says "ready", then reads "SCHEMA FILE" line by line, and answers "valid" or "invalid".

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


def validator_of(name, schemas):
    definitions = {name: bundled(schema, name) for name, schema in schemas.items()}
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})


def is_valid(validator, document):
    try:
        with open(document, encoding="ascii") as file:
            instance = json.load(file, object_pairs_hook=no_doubles)
    except ValueError as error:
        print(f"{document}: {error}", file=sys.stderr, flush=True)
        return False
    errors = list(validator.iter_errors(instance))
    for error in errors:
        print(f"{document}: {error.json_path}: {error.message}", file=sys.stderr, flush=True)
    return not errors


def answer_lines(schemas):
    validators = {name: validator_of(name, schemas) for name in schemas}
    print("ready", flush=True)
    for line in sys.stdin:
        name, document = line.split(maxsplit=1)
        print("valid" if is_valid(validators[name], document.rstrip("\n")) else "invalid", flush=True)


folder, arguments = pathlib.Path(sys.argv[1]), sys.argv[2:]
known = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
for schema in known.values():
    Draft202012Validator.check_schema(schema)
if arguments:
    wanted = validator_of(arguments[0], known)
    sys.exit(not all([is_valid(wanted, document) for document in arguments[1:]]))
answer_lines(known)
