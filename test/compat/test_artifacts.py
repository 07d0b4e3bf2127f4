"""Artifacts, from the command line and by the client's functions."""

import json

import pytest
from prefect.artifacts import Artifact, create_link_artifact, create_markdown_artifact, create_progress_artifact
from prefect.artifacts import create_table_artifact, update_progress_artifact


@pytest.fixture(params=["cloud", "server"])
def client(request):
    return request.getfixturevalue(request.param)


def test_versions_of_a_key_are_listed_shown_and_deleted(client):
    key = f"levels-{client.name}"
    with client.active():
        for level in (1, 2, 3):
            create_table_artifact([{"gauge": "north", "level": level}], key=key, description="Water")
        latest = Artifact.get(key)
    assert json.loads(latest.data) == [{"gauge": "north", "level": 3}]
    assert client.prefect("artifact", "ls").count(key) == 1
    assert client.prefect("artifact", "ls", "--all").count(key) == 3
    assert client.prefect("artifact", "inspect", key).count("level") >= 3
    client.prefect("artifact", "delete", "--id", str(latest.id))
    with client.active():
        assert json.loads(Artifact.get(key).data)[0]["level"] == 2
    client.prefect("artifact", "delete", key)
    assert client.get(f"/artifacts/{key}/latest").status_code == 404


def test_progress_is_changed_in_place(client):
    with client.active():
        progress = create_progress_artifact(progress=10.0, key=f"filling-{client.name}")
        update_progress_artifact(progress, progress=75.0)
        assert float(Artifact.get(f"filling-{client.name}").data) == 75.0


def test_links_and_text_are_markdown(client):
    with client.active():
        create_link_artifact("https://example.com", key=f"link-{client.name}", link_text="Source")
        create_markdown_artifact("# Report", key=f"report-{client.name}")
        assert Artifact.get(f"link-{client.name}").data == "[Source](https://example.com)"
        assert Artifact.get(f"report-{client.name}").type == "markdown"
