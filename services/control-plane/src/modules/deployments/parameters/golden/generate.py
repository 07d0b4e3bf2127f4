"""Writes validation.json: what a real Prefect answers to parameters that do or do not fit a schema.

Run by hand when the set of cases changes:

    python -m venv venv && venv/bin/pip install prefect
    venv/bin/python generate.py
"""

import json
from pathlib import Path

from prefect.utilities.schema_tools.validation import validate


def schema(required=(), definitions=None, **properties):
    whole = {"title": "Parameters", "type": "object", "properties": properties}
    if required:
        whole["required"] = list(required)
    if definitions:
        whole["definitions"] = definitions
    return whole


NUMBER = {"type": "integer", "title": "n", "position": 0}
TEXT = {"type": "string", "title": "t"}
PLACE = {
    "title": "Place",
    "type": "object",
    "properties": {"city": {"type": "string", "title": "City"}, "zip": {"type": "integer", "title": "Zip"}},
    "required": ["city"],
}
MAYBE = {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "maybe", "default": None}
EITHER = {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "string"}}], "title": "either"}
BLOCK = {"title": "Secret", "type": "object", "properties": {"value": TEXT}, "required": ["value"], "block_type_slug": "secret"}

CASES = [
    (schema(n=NUMBER, required=["n"]), [{"n": 1}, {"n": "1"}, {"n": None}, {}, {"n": 1, "extra": True}, {"n": 1.5}, {"n": [1]}, {"n": True}]),
    (schema(n=NUMBER), [{}, {"n": None}, {"n": "x"}, {"n": [1]}]),
    (schema(n={**NUMBER, "default": 3}), [{}, {"n": None}, {"n": "x"}, {"n": {"a": None, "b": [True, "it's"]}}]),
    (schema(maybe=MAYBE), [{}, {"maybe": None}, {"maybe": 5}, {"maybe": [1]}]),
    (schema(either=EITHER, required=["either"]), [{"either": 1}, {"either": ["a"]}, {"either": [1]}, {"either": ["a", 2, 3]}, {"either": "x"}, {"either": None}]),
    (
        schema(place={"$ref": "#/definitions/Place", "title": "place"}, required=["place"], definitions={"Place": PLACE}),
        [{"place": {"city": "Ulm"}}, {"place": {"city": "Ulm", "zip": None}}, {"place": {"city": "Ulm", "zip": "x"}}, {"place": {}}, {"place": {"city": 5}}, {"place": None}, {"place": []}],
    ),
    (
        schema(place={"allOf": [{"$ref": "#/definitions/Place"}], "title": "place"}, required=["place"], definitions={"Place": PLACE}),
        [{"place": {"city": "Ulm"}}, {"place": {"zip": 1}}, {"place": {"city": 1}}],
    ),
    (
        schema(places={"type": "array", "items": {"$ref": "#/definitions/Place"}, "title": "places"}, required=["places"], definitions={"Place": PLACE}),
        [{"places": []}, {"places": [{"city": "Ulm"}, {"city": 1}]}, {"places": [{}]}, {"places": "x"}],
    ),
    (
        schema(spot={"anyOf": [{"$ref": "#/definitions/Place"}, {"type": "null"}], "title": "spot", "default": None}, definitions={"Place": PLACE}),
        [{"spot": None}, {"spot": {"city": 1}}, {"spot": {}}, {"spot": 4}],
    ),
    (schema(color={"enum": ["red", "green"], "type": "string", "title": "color"}, required=["color"]), [{"color": "red"}, {"color": "blue"}, {"color": None}]),
    (schema(color={"const": "red", "title": "color"}, required=["color"]), [{"color": "red"}, {"color": "blue"}]),
    (schema(n={"type": "integer", "minimum": 1, "maximum": 9}, required=["n"]), [{"n": 0}, {"n": 10}, {"n": 5}]),
    (schema(n={"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 9, "multipleOf": 2}, required=["n"]), [{"n": 1}, {"n": 9}, {"n": 3}, {"n": 4}]),
    (schema(t={"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^a"}, required=["t"]), [{"t": ""}, {"t": "abcd"}, {"t": "b"}, {"t": "ab"}]),
    (schema(l={"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": True, "items": {"type": "integer"}}, required=["l"]), [{"l": []}, {"l": [1, 2, 3]}, {"l": [1, 1]}, {"l": [1, "x"]}, {"l": [1]}]),
    (
        schema(pair={"type": "array", "minItems": 2, "maxItems": 2, "items": [{"type": "integer"}, {"type": "string"}]}, required=["pair"]),
        [{"pair": [1, "a"]}, {"pair": ["a", 1]}, {"pair": [1]}],
    ),
    (schema(d={"type": "object", "additionalProperties": {"type": "integer"}}, required=["d"]), [{"d": {"a": 1}}, {"d": {"a": "x"}}, {"d": []}]),
    (schema(d={"type": "object", "additionalProperties": False, "properties": {"a": TEXT}}, required=["d"]), [{"d": {"a": "x"}}, {"d": {"b": 1}}, {"d": {"b": 1, "c": 2}}]),
    (schema(when={"type": "string", "format": "date-time"}, required=["when"]), [{"when": "not a date"}, {"when": 5}]),
    (schema(types={"type": ["integer", "string"]}, required=["types"]), [{"types": 1}, {"types": []}]),
    (schema(a=TEXT, b=TEXT, required=["a", "b"]), [{}, {"a": "x"}, {"a": 1, "b": 2}, {"b": 1}]),
    (
        schema(secret={"allOf": [{"$ref": "#/definitions/Secret"}], "title": "secret"}, required=["secret"], definitions={"Secret": BLOCK}),
        [
            {"secret": {"value": "x"}},
            {"secret": {"$ref": "0192f0a0-0000-7000-8000-000000000001"}},
            {"secret": {"$ref": {"block_document_id": "0192f0a0-0000-7000-8000-000000000001"}}},
        ],
    ),
    (schema(anything={"title": "anything"}), [{"anything": None}, {"anything": [1]}]),
    ({}, [{"a": 1}]),
    ({"type": "object", "properties": {}}, [{"a": 1}]),
]


def answer(schema, parameters, **options):
    try:
        validate(parameters, schema, raise_on_error=True, preprocess=True, **options)
        return None
    except Exception as error:
        return str(error)


rows = []
for shape, tries in CASES:
    for parameters in tries:
        row = {"schema": shape, "parameters": parameters, "says": answer(shape, parameters)}
        row["saysIgnoringRequired"] = answer(shape, parameters, ignore_required=True)
        rows.append(row)
lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
(Path(__file__).parent / "validation.json").write_text(f"[\n{lines}\n]\n")
