"""Blocks: saved, loaded, changed, nested and used as storage, from Python and from the command line."""

import json
import uuid

import pytest
from prefect.blocks.core import Block
from prefect.blocks.notifications import SlackWebhook
from prefect.blocks.system import Secret
from prefect.filesystems import LocalFileSystem

from flows.gauge_blocks import GaugeLogin, GaugeNetwork
from support.client import FLOWS, run_ids


@pytest.fixture(params=["cloud", "server"])
def client(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def name() -> str:
    return f"gauge-{uuid.uuid4().hex[:8]}"


def network(**more) -> GaugeNetwork:
    login = GaugeLogin(user="ada", password="lock")
    return GaugeNetwork(river="Inn", login=login, token="abc", headers={"X-Key": "very-secret"}, **more)


def stored(client, slug: str, name: str) -> dict:
    """The document past the client, without its secrets."""
    return client.get(f"/block_types/slug/{slug}/block_documents/name/{name}").json()


def test_a_secret_is_saved_loaded_and_overwritten(client, name):
    with client.active():
        Secret(value="first").save(name)
        assert Secret.load(name).get() == "first"
        with pytest.raises(ValueError, match="already in use"):
            Secret(value="second").save(name)
        Secret(value={"user": "ada", "level": 1.0}).save(name, overwrite=True)
        assert Secret.load(name).get() == {"user": "ada", "level": 1.0}
        assert Block.load(f"secret/{name}").get() == {"user": "ada", "level": 1.0}
    assert stored(client, "secret", name)["data"] == {"value": "********"}


def test_the_client_registers_nothing_that_the_system_brings(client):
    for block in (Secret, LocalFileSystem, SlackWebhook):
        with client.active():
            block.register_type_and_schema()
        checksum = block._calculate_schema_checksum()
        found = client.get(f"/block_schemas/checksum/{checksum}").json()
        assert str(block._block_schema_id) == found["id"]
        assert found["block_type"]["is_protected"]


def test_a_block_that_nests_another_comes_back_whole(client, name):
    with client.active():
        network().save(name)
        loaded = GaugeNetwork.load(name)
    assert loaded.login.password.get_secret_value() == "lock"
    assert loaded.headers.get_secret_value() == {"X-Key": "very-secret"}
    assert (loaded.token.get_secret_value(), loaded.serial) == ("abc", 12345678901234567890)
    assert loaded.thresholds == {"warn": 1.0, "alarm": 2.5}
    shown = stored(client, "gauge-network", name)["data"]
    assert (shown["login"]["user"], shown["login"]["password"]) == ("ada", "********")
    assert (shown["token"], shown["headers"]) == ("********", {"X-Key": "********"})


def test_the_schema_of_a_block_has_the_checksum_that_the_client_works_out(client, name):
    with client.active():
        network().save(name)
    for block in (GaugeNetwork, GaugeLogin):
        schema = client.get(f"/block_schemas/checksum/{block._calculate_schema_checksum()}")
        assert schema.status_code == 200
        assert schema.json()["fields"]["title"] == block.__name__


def test_a_saved_block_that_is_nested_is_shared(client, name):
    with client.active():
        login = GaugeLogin(user="ada", password="lock")
        login.save(name)
        GaugeNetwork(river="Inn", login=login, token="abc", headers={}).save(name)
        GaugeLogin(user="grace", password="new").save(name, overwrite=True)
        loaded = GaugeNetwork.load(name)
    assert (loaded.login.user, loaded.login.password.get_secret_value()) == ("grace", "new")
    reference = stored(client, "gauge-network", name)["block_document_references"]["login"]["block_document"]
    assert reference["name"] == name


def test_what_is_overwritten_is_gone(client, name):
    with client.active():
        network(thresholds={"warn": 1.5}).save(name)
        network(thresholds={"alarm": 3.0}).save(name, overwrite=True)
        assert GaugeNetwork.load(name).thresholds == {"alarm": 3.0}


def test_a_file_system_is_a_block(client, name, tmp_path):
    with client.active():
        LocalFileSystem(basepath=str(tmp_path)).save(name)
        LocalFileSystem.load(name).write_path("level.txt", b"1.5")
    assert (tmp_path / "level.txt").read_bytes() == b"1.5"


def test_results_lie_in_the_folder_of_a_block_and_are_found_again(client, tmp_path):
    done = client.python(FLOWS / "keeps_results.py", str(tmp_path))
    assert done.code == 0, done.output
    assert (tmp_path / "asked").read_text() == "x"
    assert (tmp_path / "level").exists()
    for run_id in run_ids(done.output):
        assert client.recorded(run_id)["state_type"] == "COMPLETED"


def test_blocks_are_listed_shown_and_deleted_from_the_command_line(server, name):
    with server.active():
        Secret(value="first").save(name)
    listed = json.loads(server.prefect("block", "ls", "-o", "json"))
    document_id = next(each["id"] for each in listed if each["name"] == name)
    assert name in server.prefect("block", "inspect", f"secret/{name}")
    assert name in server.prefect("block", "inspect", "--id", document_id)
    server.prefect("block", "delete", f"secret/{name}")
    assert name not in server.prefect("block", "ls")
    assert "not found" in server.prefect("block", "inspect", f"secret/{name}", fails=True)
    with server.active(), pytest.raises(ValueError, match="Unable to find block document"):
        Secret.load(name)


def test_types_are_registered_listed_shown_and_deleted_from_the_command_line(cloud):
    cloud.prefect("block", "register", "--file", str(FLOWS / "gauge_blocks.py"))
    listed = cloud.prefect("block", "type", "ls")
    assert all(slug in listed for slug in ("gauge-network", "gauge-login", "secret", "slack-webhook"))
    assert "thresholds" in cloud.prefect("block", "type", "inspect", "gauge-network")
    assert "secret" in cloud.prefect("block", "create", "secret")
    assert "protected" in cloud.prefect("block", "type", "delete", "secret", fails=True)
    cloud.prefect("block", "type", "delete", "gauge-network")
    assert "not found" in cloud.prefect("block", "type", "inspect", "gauge-network", fails=True)
