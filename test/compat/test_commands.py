"""Commands that no other suite needs on its way: each is run as a person would type it."""

import json
import re
import sys

import pytest
from prefect.filesystems import LocalFileSystem

from support.client import FLOWS, run_ids
from support.processes import run
from support.waiting import until


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project of its own, with the file that `mended` looks for missing."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "mended.py").write_text((FLOWS / "mended.py").read_text())
    return folder


@pytest.fixture(scope="module")
def deployed(cloud, project) -> str:
    """A deployment of `mended` in a pool that no worker serves yet."""
    cloud.prefect("work-pool", "create", "bench", "--type", "process")
    path = str(project / "present.txt")
    given = ("--param", f'path="{path}"')
    cloud.prefect("deploy", "mended.py:mended", "-n", "by-hand", "-p", "bench", *given, cwd=project)
    return "mended/by-hand"


@pytest.fixture(scope="module")
def failed(cloud, project, deployed) -> str:
    """A run of the deployment that was executed here, and failed."""
    run_id = run_ids(cloud.prefect("deployment", "run", deployed))[0]
    cloud.prefect("flow-run", "execute", run_id, cwd=project)
    assert cloud.recorded(run_id)["state_name"] == "Failed"
    return run_id


def test_a_project_is_begun(cloud, tmp_path):
    assert "prefect.yaml" in cloud.prefect("init", "--recipe", "local", cwd=tmp_path)
    assert (tmp_path / "prefect.yaml").exists()


def test_a_run_is_executed_where_one_stands_and_watched(cloud, failed):
    assert "already finished in state 'Failed'" in cloud.prefect("flow-run", "watch", failed, fails=True)
    assert failed in cloud.prefect("flow-run", "ls", "--state-type", "FAILED", "--flow-name", "mended", "-o", "json")


def test_task_runs_are_listed_inspected_and_their_logs_shown(cloud, failed):
    [task_run] = until(lambda: cloud.task_runs(failed), "the task run")
    listed = json.loads(cloud.prefect("task-run", "ls", "--state", "Failed", "-o", "json"))
    assert str(task_run.id) in {each["id"] for each in listed}
    inspected = json.loads(cloud.prefect("task-run", "inspect", str(task_run.id), "-o", "json"))
    assert (inspected["name"], inspected["state_name"]) == (task_run.name, "Failed")
    cloud.wait_for_log(failed, "looking for")
    assert "looking for" in cloud.prefect("task-run", "logs", str(task_run.id))


def test_a_failed_run_is_retried_by_a_worker_that_comes_once(cloud, project, failed):
    (project / "present.txt").write_text("here")
    assert "scheduled for retry" in cloud.prefect("flow-run", "retry", failed)
    cloud.prefect("worker", "start", "--pool", "bench", "--run-once", "--name", "visitor", cwd=project)
    assert cloud.wait_for(failed, "COMPLETED")["run_count"] == 2


def test_a_typed_client_of_the_deployments_is_generated(cloud, deployed, tmp_path):
    target = tmp_path / "my_sdk.py"
    cloud.prefect("sdk", "generate", "--output", str(target), "--deployment", deployed)
    compile(target.read_text(), str(target), "exec")
    assert deployed in target.read_text()


def test_a_shell_command_is_run_as_a_flow(cloud):
    output = cloud.prefect("shell", "watch", "echo from the shell", "--flow-name", "shelly", "--log-output")
    assert "from the shell" in output
    assert cloud.recorded(run_ids(output)[0])["state_name"] == "Completed"


def test_where_results_go_is_set_shown_and_cleared(cloud, tmp_path):
    with cloud.active():
        LocalFileSystem(basepath=str(tmp_path)).save("everybody", overwrite=True)
    cloud.prefect("experimental", "result-storage", "set", "local-file-system/everybody")
    assert "everybody" in cloud.prefect("experimental", "result-storage", "inspect")
    cloud.prefect("experimental", "result-storage", "clear")
    assert "everybody" not in cloud.prefect("experimental", "result-storage", "inspect")


def test_a_deployment_is_deleted(cloud, failed, deployed):
    cloud.prefect("deployment", "delete", deployed)
    assert "not found" in cloud.prefect("deployment", "inspect", deployed, fails=True)
    assert cloud.recorded(failed)["state_name"] == "Completed"


def test_resources_are_transferred_and_what_is_there_is_left_alone(cloud, server, tmp_path):
    profiles = {"from": cloud.settings, "to": server.settings}
    lines = [
        f"[profiles.{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
        for name, settings in profiles.items()
    ]
    (tmp_path / "profiles.toml").write_text('active = "from"\n\n' + "\n".join(lines))
    cloud.prefect("variable", "set", "to_transfer", "1", "--overwrite")
    command = [sys.executable, "-m", "prefect", "--no-prompt", "transfer", "--from", "from", "--to", "to"]
    done = run(command, cloud.env(tmp_path, PREFECT_HOME=str(tmp_path)), tmp_path, timeout=120)
    assert re.search(r"variable/to_transfer\W+Skipped\W+Already exists", done.output), done.output


def test_who_asks_for_an_automation_is_told_that_there_are_none(cloud):
    core = {"name": "none", "trigger": {"type": "event", "expect": ["x"], "posture": "Reactive", "threshold": 1}}
    asked = json.dumps(core | {"actions": [{"type": "do-nothing"}]})
    assert "404 Not Found" in cloud.prefect("automation", "create", "--from-json", asked, fails=True)
    assert "not found" in cloud.prefect("automation", "inspect", "none", fails=True)
