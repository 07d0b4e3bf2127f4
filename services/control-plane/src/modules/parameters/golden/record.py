"""Writes answers.json: what a real Prefect server answers to parameters that say how they are meant, and to schemas.

Run by hand when the set of cases changes, with the address of a server that is otherwise unused:

    python record.py http://127.0.0.1:4200/api
"""

import json
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

BASE = sys.argv[1]
VARIABLES = {"region": {"at": ["eu", None]}, "size": 5, "empty": None, "marked": {"__prefect_kind": "json", "value": "1"}}
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "s": {"type": "string", "default": "x"}, "place": {"$ref": "#/definitions/Place"}},
    "required": ["n"],
    "definitions": {"Place": {"title": "Place", "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
}
CIRCULAR = {"type": "object", "properties": {"n": {"$ref": "#/definitions/Loop"}}, "definitions": {"Loop": {"$ref": "#/definitions/Loop"}}}


def kind(name, **parts):
    return {"__prefect_kind": name, **parts}


def json_(*value):
    return kind("json", **({"value": value[0]} if value else {}))


def jinja(*template):
    return kind("jinja", **({"template": template[0]} if template else {}))


def variable(*name):
    return kind("workspace_variable", **({"variable_name": name[0]} if name else {}))


LOOP = "{% for a in [1] %}"
VALUES = [
    json_("5"), json_('{"b": [1, null]}'), json_(None), json_(5), json_(), json_([1, json_("2")]), json_({"k": json_("2")}),
    json_('{"__prefect_kind":"json","value":"3"}'), json_(json_()), json_(jinja("{{ [1, 2] | tojson }}")), json_(variable("region")),
    jinja("{{ 1 + 1 }}{{ nothing.at.all }}"), jinja("plain"), jinja(), jinja("{{ x"), jinja("{% nope %}"), jinja(json_('"a{{ 1 + 1 }}"')), jinja(json_()),
    jinja(LOOP * 2 + "{% endfor %}" * 2), jinja(LOOP * 3 + "{% endfor %}" * 3), jinja((LOOP + "{% endfor %}") * 11),
    variable("region"), variable("size"), variable("empty"), variable("marked"), variable("nope"), variable(), variable(None), variable(5),
    variable(json_('"size"')), variable(jinja("si{{ 'ze' }}")), variable(json_()),
    kind("none", value=1), kind("none", value={"a": json_("[1]")}), kind("none"), kind("none", value=variable("size")),
    kind("future", value=json_("3")), kind("future"), kind(None, value=1), kind(5, value=1),
    [1, json_(), variable("size"), {"a": variable()}], {"a": {"b": [json_("1")]}},
]
RUNS = [{"x": value} for value in VALUES] + [json_('{"a": 1}'), json_()]
FITS = [
    {}, {"n": 1}, {"n": "x"}, {"n": None}, {"n": json_("7")}, {"n": json_('"x"')}, {"n": variable("size")}, {"n": variable("region")},
    {"n": variable()}, {"n": 1, "s": None}, {"n": 1, "s": 3}, {"n": 1, "place": {}}, {"n": 1, "place": json_('{"city": "Ulm"}')}, {"n": jinja("5")}, {"n": 1, "more": True},
]


def call(method, path, body=None):
    request = Request(BASE + path, method=method, headers={"content-type": "application/json"}, data=None if body is None else json.dumps(body).encode())
    try:
        with urlopen(request) as response:
            text = response.read()
            return response.status, json.loads(text) if text else None
    except HTTPError as error:
        return error.code, json.loads(error.read())


def outcome(status, body):
    """The parameters that came of it, or what was said against them."""
    if status < 300:
        return {"becomes": body["parameters"]}
    said = body.get("detail") or body["exception_detail"][0]["msg"]
    return {"status": status, "says": said}


for name in VARIABLES:
    call("DELETE", f"/variables/name/{name}")
    call("POST", "/variables/", {"name": name, "value": VARIABLES[name]})
flow = call("POST", "/flows/", {"name": "golden"})[1]["id"]
rows = []


def deployed(**more):
    return call("POST", "/deployments/", {"name": f"golden-{len(rows)}", "flow_id": flow, **more})


def run(deployment, parameters):
    status, body = call("POST", f"/deployments/{deployment}/create_flow_run", {"parameters": parameters})
    return outcome(status, body)


def add(ask, parameters, answer, schema=None):
    rows.append({"ask": ask, "schema": schema, "parameters": parameters, **answer})


free = deployed(enforce_parameter_schema=False)[1]["id"]
for parameters in RUNS:
    add("run", parameters, run(free, parameters))
for parameters in FITS:
    held = deployed(parameter_openapi_schema=SCHEMA)[1]["id"]
    add("run", parameters, run(held, parameters), SCHEMA)
    status, body = call("PATCH", f"/deployments/{held}", {"parameters": parameters})
    answer = outcome(status, body if status >= 300 else call("GET", f"/deployments/{held}")[1])
    add("change", parameters, answer, SCHEMA)
    add("make", parameters, outcome(*deployed(parameter_openapi_schema=SCHEMA, parameters=parameters)), SCHEMA)
    insisting = deployed(parameter_openapi_schema=SCHEMA, parameters=parameters, enforce_parameter_schema=True)
    add("make insisting", parameters, outcome(*insisting), SCHEMA)
looping = deployed(parameter_openapi_schema=CIRCULAR)[1]["id"]
for parameters in [{}, {"n": 1}]:
    add("run", parameters, run(looping, parameters), CIRCULAR)

variables = json.dumps(VARIABLES)
lines = ",\n".join(json.dumps(row) for row in rows)
(Path(__file__).parent / "answers.json").write_text(f'{{"variables": {variables}, "rows": [\n{lines}\n]}}\n')
