"""A workspace with a small budget: who goes beyond it is told to wait (429, Retry-After), waits, and loses nothing."""

import os
import re
from collections import Counter

import httpx
import pytest

from support.client import FLOWS, Client, run_ids
from support.waiting import until

TASKS, LINES, RUNS = 60, 15, 20


@pytest.fixture(params=["cloud", "server"])
def client(request):
    return request.getfixturevalue(request.param)


def test_a_flow_that_goes_beyond_its_budgets_waits_and_loses_and_doubles_nothing(client):
    flow = asked(client, "/flows/", {"name": f"ordered-{client.name}"})
    deployment = asked(client, "/deployments/", {"name": "often", "flow_id": flow["id"]})
    before = refusals(client)
    done = client.python(FLOWS / "beyond_budget.py", f"{flow['name']}/often", str(TASKS), str(LINES), str(RUNS))
    assert done.code == 0, done.output
    assert f"RESULT {TASKS} {RUNS}" in done.output
    refused = refusals(client) - before
    print("REFUSED", refused)
    assert all(any(part in route for route in refused) for part in ("create_flow_run", "/logs")), refused

    (run,) = rows(client, "flow_runs", {"flow_runs": {"id": {"any_": run_ids(done.output)[:1]}}})
    assert (run["state_name"], run["run_count"]) == ("Completed", 1)
    orders = rows(client, "flow_runs", {"deployments": {"id": {"any_": [deployment["id"]]}}})
    assert sorted(order["parameters"]["number"] for order in orders) == list(range(RUNS))

    own = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    until(lambda: len(rows(client, "task_runs", own)) >= TASKS + RUNS, "every task run")
    tasks = Counter((re.sub(r"-.*", "", task["name"]), task["state_name"]) for task in rows(client, "task_runs", own))
    assert tasks == {("speak", "Completed"): TASKS, ("order", "Completed"): RUNS}

    said = Counter(line["message"] for line in rows(client, "logs", {"logs": {"flow_run_id": {"any_": [run["id"]]}}}))
    spoken = {message: count for message, count in said.items() if " says " in message}
    assert spoken == {f"task {task} says {line}": 1 for task in range(TASKS) for line in range(LINES)}
    assert {count for message, count in said.items() if message.startswith("Finished in state")} == {TASKS + RUNS + 1}


def asked(client: Client, path: str, body: object):
    """We spend of the same budget, and wait like everybody."""

    def answered() -> httpx.Response | None:
        answer = client.post(path, body)
        return None if answer.status_code == 429 else answer

    answer = until(answered, path)
    assert answer.is_success, f"{path} answered {answer.status_code}: {answer.text}"
    return answer.json()


def rows(client: Client, kind: str, filters: dict) -> list[dict]:
    found: list[dict] = []
    while page := asked(client, f"/{kind}/filter", filters | {"offset": len(found), "limit": 200}):
        found += page
    return found


def refusals(client: Client) -> Counter[str]:
    """How often each route has answered 429, as the system counts it."""
    answer = httpx.get(
        f"{client.target.url}/metrics",
        headers={"Authorization": f"Bearer {os.environ['HEADGATE_COMPAT_METRICS_TOKEN']}"},
    )
    assert answer.status_code == 200, answer.text
    counted = re.findall(
        r'^headgate_http_request_seconds_count{.*route="([^"]*)",status="429"} (\d+)$', answer.text, re.MULTILINE
    )
    return Counter({route: int(count) for route, count in counted})
