"""Variables, from the command line and by the client's functions; and where parameters name them."""

import asyncio
import json

import pytest
from prefect.client.schemas.objects import Variable as StoredVariable
from prefect.variables import Variable



@pytest.fixture(params=["cloud", "server"])
def client(request):
    return request.getfixturevalue(request.param)


def stored(client, name: str) -> dict:
    return client.get(f"/variables/name/{name}").json()


def test_the_command_line_sets_shows_lists_and_unsets(client):
    name = f"region_{client.name}"
    client.prefect("variable", "set", name, "eu-west", "--tag", "place", "--tag", "prod")
    assert stored(client, name) | {"value": "eu-west", "tags": ["place", "prod"]} == stored(client, name)
    assert json.loads(client.prefect("variable", "get", name)) == "eu-west"
    assert "already exists" in client.prefect("variable", "set", name, "us", fails=True)
    client.prefect("variable", "set", name, '{"zones": ["a", "b"]}', "--overwrite")
    assert stored(client, name)["value"] == {"zones": ["a", "b"]}
    assert name in client.prefect("variable", "ls")
    assert "zones" in client.prefect("variable", "inspect", name)
    client.prefect("variable", "unset", name)
    assert "not found" in client.prefect("variable", "get", name, fails=True)
    assert client.get(f"/variables/name/{name}").status_code == 404


@pytest.mark.parametrize("value", ["text", 7, 1.5, True, None, ["a", {"b": None}], {"deep": {"er": [1]}}])
def test_functions_keep_any_json_value(client, value):
    with client.active():
        Variable.set("any", value, tags=["t"], overwrite=True)
        assert Variable.get("any", default="none") == value
    assert stored(client, "any")["value"] == value
    with client.active():
        assert Variable.unset("any") is True
        assert Variable.unset("any") is False
        assert Variable.get("any", default="none") == "none"


def test_functions_that_are_awaited_do_the_same(client):
    async def use() -> list:
        made = await Variable.aset("awaited", {"n": 1})
        with pytest.raises(ValueError, match="already exists"):
            await Variable.aset("awaited", 2)
        await Variable.aset("awaited", 2, overwrite=True)
        return [made.value, await Variable.aget("awaited"), await Variable.aunset("awaited"), await Variable.aget("awaited")]

    with client.active():
        assert asyncio.run(use()) == [{"n": 1}, 2, True, None]


def test_variables_are_read_in_pages_by_the_client(client):
    with client.active():
        for at in range(3):
            Variable.set(f"page-{client.name}-{at}", at)
    with client.reading() as api:
        names = [each.name for each in api.read_variables() if each.name.startswith(f"page-{client.name}")]
        one = api.read_variable_by_name(f"page-{client.name}-1")
    assert names == [f"page-{client.name}-{at}" for at in range(3)]
    assert isinstance(one, StoredVariable) and one.value == 1


def test_a_run_gets_the_value_of_the_variable_that_its_parameter_names(client):
    with client.active():
        Variable.set("levels", [3, 4], overwrite=True)
    flow = client.post("/flows/", {"name": "hydrated"}).json()["id"]
    parameters = {"levels": {"__prefect_kind": "workspace_variable", "variable_name": "levels"}}
    schema = {"type": "object", "properties": {"levels": {"type": "array"}, "more": {"type": "array"}}}
    body = {"name": client.name, "flow_id": flow, "parameters": parameters, "parameter_openapi_schema": schema}
    assert client.post("/deployments/", body).status_code == 201
    more = {"__prefect_kind": "json", "value": "[1]"}
    client.prefect("deployment", "run", f"hydrated/{client.name}", "--param", f"more={json.dumps(more)}")
    runs = client.post("/flow_runs/filter", {"flows": {"id": {"any_": [flow]}}, "sort": "EXPECTED_START_TIME_DESC"}).json()
    assert runs[0]["parameters"] == {"levels": [3, 4], "more": [1]}


def test_a_change_tells_of_itself(client):
    with client.active():
        Variable.set(f"told-{client.name}", "x")
        Variable.unset(f"told-{client.name}")
    body = {"filter": {"event": {"prefix": ["prefect.variable."]}, "resource": {"labels": {"prefect.resource.name": f"told-{client.name}"}}}}
    events = client.post("/events/filter", body).json()["events"]
    assert [each["event"] for each in events] == ["prefect.variable.deleted", "prefect.variable.created"]
    assert json.dumps(events[0]["payload"], sort_keys=True) == json.dumps({"name": f"told-{client.name}", "tags": [], "value": "x"})
