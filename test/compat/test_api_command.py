"""`prefect api`: any request, by hand."""

import json

import pytest


@pytest.fixture(params=["cloud", "server"])
def client(request):
    return request.getfixturevalue(request.param)


def test_requests_by_hand_reach_the_workspace(client):
    made = json.loads(client.prefect("api", "POST", "/flows/", "--data", json.dumps({"name": f"by-hand-{client.name}"})))
    assert json.loads(client.prefect("api", "GET", f"/flows/{made['id']}"))["name"] == f"by-hand-{client.name}"
    found = json.loads(client.prefect("api", "POST", "/flows/filter", "--data", '{"limit": 1}'))
    assert len(found) == 1
    client.prefect("api", "DELETE", f"/flows/{made['id']}")
    assert "404" in client.prefect("api", "GET", f"/flows/{made['id']}", "--verbose", fails=True)


def test_the_root_of_the_address_answers_who_i_am(cloud):
    workspaces = json.loads(cloud.prefect("api", "GET", "/me/workspaces", "--root"))
    assert workspaces[0]["workspace_id"] in cloud.settings["PREFECT_API_URL"]
