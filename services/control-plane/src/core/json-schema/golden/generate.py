"""Writes validation.json: what a real Prefect answers to parameters that do or do not fit a schema.

Run by hand when the set of cases changes:

    python -m venv venv && venv/bin/pip install prefect
    venv/bin/python generate.py
"""

import json
from pathlib import Path

from prefect.utilities.schema_tools.validation import CircularSchemaRefError, validate

CIRCULAR = "Invalid schema: Unable to validate schema with circular references."


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
CAT = {"title": "Cat", "type": "object", "properties": {"kind": {"const": "cat", "type": "string"}, "lives": {"type": "integer"}}, "required": ["kind", "lives"]}
DOG = {"title": "Dog", "type": "object", "properties": {"kind": {"const": "dog", "type": "string"}, "name": {"type": "string", "default": "Rex"}}, "required": ["kind"]}
UNION = {"anyOf": [{"$ref": "#/definitions/Cat"}, {"$ref": "#/definitions/Dog"}], "title": "pet"}
TREE = {"title": "Tree", "type": "object", "properties": {"value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/definitions/Tree"}, "default": []}}, "required": ["value"]}

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
    # Unions of models, as Pydantic writes them.
    (
        schema(pet=UNION, required=["pet"], definitions={"Cat": CAT, "Dog": DOG}),
        [
            {"pet": {"kind": "cat", "lives": 9}},
            {"pet": {"kind": "dog"}},
            {"pet": {"kind": "cat", "lives": "x"}},
            {"pet": {"kind": "fish"}},
            {"pet": {}},
            {"pet": 5},
            {"pet": None},
        ],
    ),
    (
        schema(pet={**UNION, "oneOf": UNION["anyOf"], "discriminator": {"propertyName": "kind"}}, required=["pet"], definitions={"Cat": CAT, "Dog": DOG}),
        [{"pet": {"kind": "cat", "lives": 9}}, {"pet": {"kind": "dog", "name": 1}}],
    ),
    (schema(pets={"type": "array", "items": UNION}, definitions={"Cat": CAT, "Dog": DOG}), [{"pets": [{"kind": "dog", "name": "x"}, {"kind": "cat"}]}, {"pets": [3]}, {"pets": None}]),
    (schema(m={"type": "object", "additionalProperties": UNION}, definitions={"Cat": CAT, "Dog": DOG}), [{"m": {"a": {"kind": "dog", "name": 1}}}, {"m": {"a b": 1}}]),
    (schema(x={"anyOf": [{"type": "integer", "minimum": 5}, {"type": "string", "minLength": 3}]}, required=["x"]), [{"x": 1}, {"x": "a"}, {"x": None}, {"x": 7}]),
    (schema(x={"anyOf": [{"type": "integer"}, {"type": "number"}, {"type": "string"}]}, required=["x"]), [{"x": []}, {"x": {"a": 1.5}}]),
    (schema(x={"anyOf": [{"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "array", "items": {"type": "integer"}}]}, required=["x"]), [{"x": ["a"]}, {"x": "a"}, {"x": [[1]]}]),
    (schema(x={"oneOf": [{"type": "integer"}, {"type": "number"}, {"minimum": 2}]}, required=["x"]), [{"x": 1}, {"x": 3}, {"x": "a"}, {"x": 1.5}]),
    (schema(x={"allOf": [{"type": "integer"}, {"minimum": 5}, {"maximum": 2}]}, required=["x"]), [{"x": 3}, {"x": "a"}]),
    (schema(x={"not": {"type": "integer"}}, required=["x"]), [{"x": 1}, {"x": "a"}]),
    (schema(x={"if": {"type": "integer"}, "then": {"minimum": 3}, "else": {"type": "string"}}, required=["x"]), [{"x": 1}, {"x": 4}, {"x": []}]),
    (schema(x={"type": "array", "contains": {"type": "integer"}, "minContains": 1, "maxContains": 2}, required=["x"]), [{"x": []}, {"x": ["a"]}, {"x": [1, 2, 3]}, {"x": [1]}]),
    (schema(x={"type": "array", "prefixItems": [{"type": "integer"}], "items": False}, required=["x"]), [{"x": [1]}, {"x": [1, 2]}, {"x": [1, 2, 3]}, {"x": ["a", 2]}]),
    (schema(x={"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "string"}}, required=["x"]), [{"x": [1, "a"]}, {"x": [1, 2]}]),
    (schema(x={"type": "object", "patternProperties": {"^n": {"type": "integer"}}, "additionalProperties": False}, required=["x"]), [{"x": {"n1": 1}}, {"x": {"n1": "a"}}, {"x": {"m": 1}}, {"x": {"m": 1, "o": 2}}]),
    (schema(x={"type": "object", "propertyNames": {"pattern": "^a"}}, required=["x"]), [{"x": {"a": 1}}, {"x": {"b": 1}}]),
    (schema(x={"type": "object", "minProperties": 1, "maxProperties": 2}, required=["x"]), [{"x": {}}, {"x": {"a": 1}}, {"x": {"a": 1, "b": 2, "c": 3}}]),
    (schema(x={"type": "object", "minProperties": 2}, required=["x"]), [{"x": {"a": 1}}]),
    (schema(x={"type": "object", "dependentRequired": {"a": ["b"]}}, required=["x"]), [{"x": {"a": 1}}, {"x": {"a": 1, "b": 2}}]),
    (schema(x={"type": "object", "dependentSchemas": {"a": {"required": ["c"]}}}, required=["x"]), [{"x": {"a": 1}}]),
    (schema(x={"const": None}, required=["x"]), [{"x": None}, {"x": 0}]),
    (schema(x={"enum": [1, "a", None, True, {"k": [1.5]}]}, required=["x"]), [{"x": 1}, {"x": None}, {"x": False}, {"x": 1.0}, {"x": {"k": [1.5]}}]),
    (schema(x={"type": "number"}, required=["x"]), [{"x": 1}, {"x": True}, {"x": "1"}, {"x": 1e30}]),
    (schema(x={"type": "integer"}, required=["x"]), [{"x": 1.0}, {"x": 2.5}, {"x": 10000000000000000000000}]),
    (schema(x={"type": "boolean"}, required=["x"]), [{"x": 0}, {"x": "true"}]),
    (schema(x={"type": "string", "minLength": 2}, required=["x"]), [{"x": "\u00e4"}, {"x": "\U0001F600"}, {"x": "it's \"quoted\"\n"}]),
    (schema(x={"type": "string", "maxLength": 2}, required=["x"]), [{"x": "\u2028\u00a0\x07b"}]),
    (schema(x={"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}, required=["x"]), [{"x": [[1], [2, "a"]]}, {"x": [[], 3]}]),
    (schema(outer={"type": "object", "properties": {"inner": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}}), [{"outer": {"inner": {}}}, {"outer": {"inner": {"n": "a"}}}, {"outer": None}, {"outer": {"inner": None}}]),
    (schema(deep={"$ref": "#/definitions/Tree"}, required=["deep"], definitions={"Tree": TREE}), [{"deep": {"value": 1, "children": [{"value": 2, "children": [{"value": "x"}]}]}}, {"deep": {"value": 1}}]),
    (schema(place={"$ref": "#/definitions/Place", "default": {"city": "Ulm"}}, definitions={"Place": PLACE}), [{}, {"place": None}, {"place": {"zip": 1}}]),
    (schema(place={"allOf": [{"$ref": "#/definitions/Place"}], "default": {"city": "Ulm"}}, definitions={"Place": PLACE}), [{"place": {"zip": 1}}, {"place": 3}]),
    (schema(kind={"$ref": "#/definitions/Kind"}, required=["kind"], definitions={"Kind": {"enum": ["a", "b"], "title": "Kind", "type": "string"}}), [{"kind": "a"}, {"kind": "c"}, {"kind": 1}]),
    (
        schema(secret={"$ref": "#/definitions/Secret"}, required=["secret"], definitions={"Secret": BLOCK}),
        [{"secret": {"value": 5}}, {"secret": {}}, {"secret": {"$ref": 5}}, {"secret": {"$ref": {}}}, {"secret": {"$ref": {"a": 1}}}, {"secret": {"$ref": "not-a-uuid"}}, {"secret": "x"}, {"secret": None}],
    ),
    (schema(secret={"anyOf": [{"$ref": "#/definitions/Secret"}, {"type": "null"}], "default": None}, definitions={"Secret": BLOCK}), [{"secret": {"$ref": "x"}}, {"secret": {"value": 1}}, {"secret": None}]),
    (schema(a={"type": "integer"}, b={"type": "string", "default": "x"}, c={"type": ["integer", "null"]}), [{"a": None, "b": None, "c": None}, {"b": None}, {"c": "x"}, {"a": "x", "c": "y"}]),
    ({"type": "object", "required": ["a"], "properties": {}, "additionalProperties": False}, [{"b": 1}, {"a": 1}, {}]),
    ({"properties": {"a b": {"type": "integer"}, "c.d": {"type": "integer"}, "e": {"type": "object", "properties": {"1": {"type": "integer"}}}}}, [{"a b": "x"}, {"c.d": "x"}, {"e": {"1": "x"}}]),
    # What refers to nothing, and to itself.
    (schema(a={"$ref": "#/definitions/Nowhere"}), [{}, {"a": 1}]),
    (schema(a={"$ref": "https://example.test/schema.json"}), [{}, {"a": 1}]),
    (schema(a={"$ref": "#/definitions/Loop"}, definitions={"Loop": {"$ref": "#/definitions/Loop"}}), [{}, {"a": 1}]),
    (schema(a={"$ref": "#/definitions/One"}, definitions={"One": {"allOf": [{"$ref": "#/definitions/Two"}]}, "Two": {"anyOf": [{"$ref": "#/definitions/One"}]}}), [{"a": 1}]),
    ({}, [{"a": 1}]),
    ({"type": "object", "properties": {}}, [{"a": 1}]),
]


def answer(schema, parameters, **options):
    try:
        validate(parameters, schema, raise_on_error=True, preprocess=True, **options)
        return None
    except CircularSchemaRefError:
        return CIRCULAR
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
