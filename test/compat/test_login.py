"""`prefect cloud login` with a key, and the workspaces it offers."""

import sys

import pytest

from support.client import EXAMPLES
from support.processes import run


@pytest.fixture(scope="module")
def stranger(cloud, tmp_path_factory):
    """A machine on which nobody has logged in yet: it knows the address of the cloud and nothing else."""
    home = tmp_path_factory.mktemp("stranger")

    def prefect(*args: str):
        env = cloud.env(EXAMPLES, PREFECT_HOME=str(home))
        del env["PREFECT_API_URL"], env["PREFECT_API_KEY"]
        return run([sys.executable, "-m", "prefect", "--no-prompt", *args], env, EXAMPLES, 60)

    prefect.home = home
    return prefect


def test_login_with_a_key_writes_the_address_of_the_workspace_into_the_profile(stranger, target):
    done = stranger("cloud", "login", "--key", target.key, "--workspace", target.workspace)
    assert done.code == 0, done.output
    assert f"'{target.workspace}'" in done.output
    profile = (stranger.home / "profiles.toml").read_text()
    assert target.workspace_api in profile
    assert target.key in profile


def test_the_workspace_list_marks_the_one_in_use(stranger, target):
    done = stranger("cloud", "workspace", "ls")
    assert done.code == 0, done.output
    assert f"* {target.workspace}" in done.output


def test_a_command_after_login_reaches_the_workspace(stranger, pool):
    done = stranger("work-pool", "ls")
    assert done.code == 0, done.output
    assert pool in done.output


def test_login_with_a_wrong_key_fails_and_says_so(stranger):
    done = stranger("cloud", "login", "--key", "pnu_nobody", "--workspace", "no/where")
    assert done.code != 0
    assert "Unable to authenticate" in done.output
