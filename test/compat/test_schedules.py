"""Schedules of a deployment, from the command line."""

import pytest

from support.client import FLOWS, version
from support.waiting import until


@pytest.fixture(scope="module", params=["cloud", "server"])
def client(request, pool):
    client = request.getfixturevalue(request.param)
    client.prefect("deploy", "exclusive.py:exclusive", "-n", f"timed-{client.name}", "-p", pool, cwd=FLOWS)
    return client


def test_schedules_of_every_kind_are_made_listed_paused_resumed_and_deleted(client):
    name = f"exclusive/timed-{client.name}"

    def schedules() -> list[dict]:
        return client.get(f"/deployments/name/{name}").json()["schedules"]

    def upcoming() -> int:
        deployment = client.get(f"/deployments/name/{name}").json()["id"]
        body = {"deployments": {"id": {"any_": [deployment]}}, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
        return client.post("/flow_runs/count", body).json()

    client.prefect("deployment", "schedule", "create", name, "--interval", "3600", "--timezone", "Europe/Berlin")
    client.prefect("deployment", "schedule", "create", name, "--cron", "0 8 * * MON-FRI", "--no-day_or")
    client.prefect("deployment", "schedule", "create", name, "--rrule", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0")
    assert len(schedules()) == 3
    listed = client.prefect("deployment", "schedule", "ls", name)
    assert "0 8 * * MON-FRI" in listed and "FREQ=DAILY" in listed
    until(lambda: upcoming() >= 9, "runs of all three")
    paused = schedules()[0]["id"]
    client.prefect("deployment", "schedule", "pause", name, paused)
    assert [each["active"] for each in schedules() if each["id"] == paused] == [False]
    client.prefect("deployment", "schedule", "resume", name, paused)
    client.prefect("deployment", "schedule", "delete", name, paused, "--accept-yes")
    assert len(schedules()) == 2
    client.prefect("deployment", "schedule", "create", name, "--cron", "@daily", "--replace", "--accept-yes")
    assert [each["schedule"]["cron"] for each in schedules()] == ["@daily"]
    client.prefect("deployment", "schedule", "clear", name, "--accept-yes")
    assert schedules() == []
    until(lambda: upcoming() == 0, "the runs of schedules that are gone are gone")


def test_a_schedule_that_means_nothing_is_refused(client):
    name = f"exclusive/timed-{client.name}"
    assert "nvalid" in client.prefect("deployment", "schedule", "create", name, "--cron", "61 * * * *", fails=True)


@pytest.mark.skipif(version() < (3, 9, 1), reason="older clients always leave them")
@pytest.mark.parametrize("slug", ["", "    slug: mornings\n"], ids=["without a slug", "with a slug"])
def test_a_project_file_with_an_empty_list_of_schedules_clears_them_where_that_is_set(client, pool, tmp_path, slug):
    name = f"emptied-{client.name}-{len(slug)}"

    def deploy(schedules: str, **env: str) -> list[str]:
        (tmp_path / "says_word.py").write_text((FLOWS / "says_word.py").read_text())
        (tmp_path / "prefect.yaml").write_text(
            f"deployments:\n- name: {name}\n  entrypoint: says_word.py:says_word\n"
            f"  work_pool:\n    name: {pool}\n{schedules}"
        )
        client.prefect("deploy", "-n", name, cwd=tmp_path, **env)
        found = client.get(f"/deployments/name/says-word/{name}").json()["schedules"]
        return [each["schedule"]["cron"] for each in found]

    morning, empty = ["0 8 * * *"], "  schedules: []\n"
    assert deploy(f"  schedules:\n  - cron: 0 8 * * *\n{slug}") == morning
    assert deploy("") == morning
    assert deploy(empty) == morning
    assert deploy(empty, PREFECT_DEPLOYMENTS_CLEAR_SCHEDULES_ON_EMPTY="true") == []
