"""Limits that people set: from the command line, and held by code that runs."""

import json

import pytest

from support.client import FLOWS


@pytest.fixture(params=["cloud", "server"])
def client(request):
    return request.getfixturevalue(request.param)


def test_a_global_limit_lives_from_creation_to_deletion_on_the_command_line(client):
    name = f"database-{client.name}"
    client.prefect("gcl", "create", name, "--limit", "5", "--slot-decay-per-second", "0.5")
    assert name in client.prefect("gcl", "ls")
    client.prefect("gcl", "update", name, "--limit", "7")
    shown = json.loads(client.prefect("gcl", "inspect", name, "--output", "json"))
    assert (shown["limit"], shown["slot_decay_per_second"], shown["active"]) == (7, 0.5, True)
    client.prefect("gcl", "disable", name)
    assert client.get(f"/v2/concurrency_limits/{name}").json()["active"] is False
    client.prefect("gcl", "enable", name)
    assert "already exists" in client.prefect("gcl", "create", name, "--limit", "5", fails=True)
    client.prefect("gcl", "delete", name)
    assert "not found" in client.prefect("gcl", "inspect", name, fails=True)


def test_a_tag_limit_lives_from_creation_to_deletion_on_the_command_line(client):
    tag = f"heavy-{client.name}"
    client.prefect("concurrency-limit", "create", tag, "2")
    assert tag in client.prefect("concurrency-limit", "ls")
    assert tag in client.prefect("concurrency-limit", "inspect", tag)
    client.prefect("concurrency-limit", "reset", tag)
    client.prefect("concurrency-limit", "delete", tag)
    assert client.get(f"/concurrency_limits/tag/{tag}").status_code == 404


def test_code_that_shares_a_slot_never_runs_at_once(client):
    name = f"printer-{client.name}"
    client.post("/v2/concurrency_limits/", {"name": name, "limit": 1})
    done = client.python(FLOWS / "shares_slot.py", name)
    assert done.code == 0, done.output
    assert "at most 1 of 3 at once" in done.output
    assert client.get(f"/v2/concurrency_limits/{name}").json()["active_slots"] == 0


def test_a_rate_limit_paces_what_asks_it(client):
    name = f"requests-{client.name}"
    client.post("/v2/concurrency_limits/", {"name": name, "limit": 2, "slot_decay_per_second": 4})
    done = client.python(FLOWS / "paced.py", name)
    assert done.code == 0, done.output
    assert "6 in order" in done.output


def test_a_limit_that_is_not_there_is_no_limit_unless_it_has_to_be(client):
    done = client.python(FLOWS / "needs_limit.py", "nobody-made-it")
    assert done.code == 0, done.output
    assert "went on without" in done.output and "refused to go on without" in done.output
