"""Work pools and queues from the command line, and workers that keep a channel to their pool."""

import json
import re

import pytest
from prefect import flow
from prefect.client.schemas.actions import WorkPoolUpdate
from prefect.client.schemas.objects import WorkPoolStorageConfiguration

from support.client import FLOWS, Client
from support.processes import Service
from support.waiting import until


@pytest.fixture(params=["cloud", "server"])
def client(request) -> Client:
    return request.getfixturevalue(request.param)


def shown(client: Client, *command: str) -> dict | list:
    return json.loads(client.prefect(*command, "--output", "json"))


def deploy(client: Client, pool: str, queue: str | None = None) -> str:
    """A deployment of `says_word` in a pool; answers its id."""
    with client.active():
        stored = flow.from_source(source=str(FLOWS), entrypoint="says_word.py:says_word")
        return str(stored.deploy(name=pool, work_pool_name=pool, work_queue_name=queue, print_next_steps=False))


def create_run(client: Client, deployment: str, **body: object) -> str:
    return client.post(f"/deployments/{deployment}/create_flow_run", body).json()["id"]


def start_worker(client: Client, services: list[Service], pool: str, *more: str) -> Service:
    command = ("worker", "start", "--pool", pool, "--type", "process", "--name", f"hands of {pool}", *more)
    worker = client.start_prefect(*command, PREFECT_LOGGING_LEVEL="DEBUG", PREFECT_WORKER_HEARTBEAT_SECONDS="5")
    services.append(worker)
    return worker


def test_a_pool_is_made_paused_and_resumed_on_the_command_line(server, tmp_path):
    template = tmp_path / "template.json"
    server.prefect("work-pool", "get-default-base-job-template", "--type", "process", "--file", str(template))
    server.prefect("work-pool", "create", "docks", "--type", "process", "--base-job-template", str(template), "--paused")
    pool = shown(server, "work-pool", "inspect", "docks")
    assert (pool["type"], pool["is_paused"], pool["status"]) == ("process", True, "PAUSED")
    assert pool["base_job_template"] == json.loads(template.read_text())
    assert "already exists" in server.prefect("work-pool", "create", "docks", "--type", "process", fails=True)
    server.prefect("work-pool", "resume", "docks")
    assert server.get("/work_pools/docks").json()["status"] == "NOT_READY"
    server.prefect("work-pool", "pause", "docks")
    assert server.get("/work_pools/docks").json()["is_paused"] is True
    assert "reserved" in server.prefect("work-pool", "create", "prefect-docks", "--type", "process", fails=True)


def test_a_pool_is_limited_changed_and_deleted_on_the_command_line(cloud):
    cloud.post("/work_pools/", {"name": "port", "type": "process"})
    cloud.prefect("work-pool", "set-concurrency-limit", "port", "3")
    assert shown(cloud, "work-pool", "slots", "port")["concurrency_limit"] == 3
    assert "port" in [pool["name"] for pool in shown(cloud, "work-pool", "ls")]
    cloud.prefect("work-pool", "clear-concurrency-limit", "port")
    assert cloud.get("/work_pools/port").json()["concurrency_limit"] is None
    cloud.prefect("work-pool", "update", "port", "--description", "ships", "--concurrency-limit", "9")
    pool = cloud.get("/work_pools/port").json()
    assert (pool["description"], pool["concurrency_limit"]) == ("ships", 9)
    cloud.prefect("work-pool", "delete", "port")
    assert "not found" in cloud.prefect("work-pool", "inspect", "port", fails=True)


def test_the_storage_of_a_pool_is_set_by_the_client_and_shown_on_the_command_line(cloud):
    cloud.post("/work_pools/", {"name": "stores", "type": "process"})
    step = {"prefect_aws.experimental.bundles.upload": {"bucket": "bundles", "aws_credentials_block_name": "keys"}}
    run = {"prefect_aws.experimental.bundles.execute": {"bucket": "bundles", "aws_credentials_block_name": "keys"}}
    storage = WorkPoolStorageConfiguration(bundle_upload_step=step, bundle_execution_step=run)
    with cloud.reading() as client:
        client.update_work_pool("stores", WorkPoolUpdate(storage_configuration=storage))
        assert client.read_work_pool("stores").storage_configuration == storage
    assert "bundles" in cloud.prefect("work-pool", "storage", "inspect", "stores")


def test_a_queue_lives_from_creation_to_deletion_on_the_command_line(cloud):
    client, pool, queue = cloud, "quay", "berth"
    client.post("/work_pools/", {"name": pool, "type": "process"})
    client.prefect("work-queue", "create", queue, "--pool", pool, "--limit", "4", "--priority", "1")
    made = shown(client, "work-queue", "inspect", queue, "--pool", pool)
    assert (made["concurrency_limit"], made["priority"], made["status"]) == (4, 1, "NOT_READY")
    listed = {row["name"]: row["priority"] for row in shown(client, "work-queue", "ls", "--pool", pool)}
    assert listed == {queue: 1, "default": 2}
    client.prefect("work-queue", "pause", queue, "--pool", pool)
    assert shown(client, "work-queue", "inspect", queue, "--pool", pool)["status"] == "PAUSED"
    client.prefect("work-queue", "resume", queue, "--pool", pool)
    client.prefect("work-queue", "clear-concurrency-limit", queue, "--pool", pool)
    assert shown(client, "work-queue", "inspect", queue, "--pool", pool)["concurrency_limit"] is None
    client.prefect("work-queue", "set-concurrency-limit", queue, "2", "--pool", pool)
    assert shown(client, "work-queue", "slots", queue, "--pool", pool)["concurrency_limit"] == 2
    client.prefect("work-queue", "delete", queue, "--pool", pool)
    assert "default" in client.prefect("work-queue", "ls", "--pool", pool)
    client.prefect("work-queue", "inspect", queue, "--pool", pool, fails=True)
    client.prefect("work-queue", "delete", "default", "--pool", pool, fails=True)


def test_a_queue_without_a_pool_is_an_agents_queue(server):
    client, queue = server, "agents"
    client.prefect("work-queue", "create", queue, "--limit", "4")
    assert shown(client, "work-queue", "inspect", queue)["work_pool_name"] == "default-agent-pool"
    assert "already exists" in client.prefect("work-queue", "create", queue, fails=True)
    client.prefect("work-queue", "set-concurrency-limit", queue, "6")
    assert shown(client, "work-queue", "slots", queue)["concurrency_limit"] == 6
    assert queue in client.prefect("work-queue", "ls", "--match", queue)
    client.prefect("work-queue", "delete", queue)
    client.prefect("work-queue", "inspect", queue, fails=True)


def test_what_is_to_come_can_be_looked_at_and_polled_by_hand(cloud):
    cloud.post("/work_pools/", {"name": "outlook", "type": "process"})
    deployment = deploy(cloud, "outlook")
    run = create_run(cloud, deployment, name="soon-to-be")
    assert "soon-to-be" in cloud.prefect("work-pool", "preview", "outlook")
    assert "soon-to-be" in cloud.prefect("work-queue", "preview", "default", "--pool", "outlook")
    assert run in cloud.prefect("work-queue", "read-runs", "default", "--pool", "outlook")
    assert cloud.get("/work_pools/outlook/queues/default").json()["status"] == "READY"


def test_a_worker_keeps_a_channel_to_its_pool_and_hears_of_changes(client, services):
    pool = f"wired-{client.name}"
    worker = start_worker(client, services, pool)
    until(lambda: client.get(f"/work_pools/{pool}").status_code == 200, "the pool that the worker makes")
    made = client.get(f"/work_pools/{pool}").json()
    assert made["type"] == "process" and made["base_job_template"]["job_configuration"]
    until(lambda: client.get(f"/work_pools/{pool}").json()["status"] == "READY", "a ready pool")
    deployment = deploy(client, pool)
    template = made["base_job_template"]
    template["variables"]["properties"]["env"]["default"] = {"WORD": "pears"}
    changed = client.raw.patch(f"{client.target.workspace_api}/work_pools/{pool}", json={"base_job_template": template})
    assert changed.status_code == 204
    run = create_run(client, deployment, parameters={"label": "the worker"})
    client.wait_for(run, "COMPLETED")
    client.wait_for_log(run, "the worker says pears")
    heartbeats = client.post(f"/work_pools/{pool}/workers/filter", {}).json()[0]["last_heartbeat_time"]
    until(
        lambda: client.post(f"/work_pools/{pool}/workers/filter", {}).json()[0]["last_heartbeat_time"] > heartbeats,
        "the next heartbeat",
    )
    assert "Skipping REST worker heartbeat because the worker channel is healthy" in worker.output
    assert "Worker channel disabled" not in worker.output and "unhealthy" not in worker.output
    worker.interrupt()


def test_a_worker_that_takes_one_at_a_time_starts_with_the_most_urgent(cloud, services):
    cloud.post("/work_pools/", {"name": "single", "type": "process"})
    for name, priority in [("urgent", 1), ("whenever", 9)]:
        cloud.post("/work_pools/single/queues", {"name": name, "priority": priority})
    deployment = deploy(cloud, "single")
    order = ["whenever", "default", "urgent"]
    runs = {queue: create_run(cloud, deployment, name=queue, work_queue_name=queue) for queue in order}
    worker = start_worker(cloud, services, "single", "--limit", "1")
    started = {queue: cloud.wait_for(run, "COMPLETED")["start_time"] for queue, run in runs.items()}
    assert sorted(started, key=started.__getitem__) == ["urgent", "default", "whenever"]
    worker.interrupt()


def test_a_pool_with_a_limit_runs_no_more_than_that_at_once(cloud, services):
    cloud.post("/work_pools/", {"name": "narrow", "type": "process", "concurrency_limit": 1})
    deployment = deploy(cloud, "narrow")
    runs = [create_run(cloud, deployment) for _ in range(3)]
    worker = start_worker(cloud, services, "narrow")
    spans = []
    for run in runs:
        done = cloud.wait_for(run, "COMPLETED")
        spans.append((done["start_time"], done["end_time"]))
    spans.sort()
    assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:]))
    assert re.search(r"hands of narrow", worker.output)
    worker.interrupt()
