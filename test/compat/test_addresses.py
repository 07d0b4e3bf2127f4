"""What has to hold before a client can talk to the system at all."""

import re
from importlib.metadata import metadata

import httpx
import pytest
from prefect import __version__

from support.client import EXAMPLES


@pytest.mark.parametrize("mode", ["cloud", "server", "home"])
def test_the_newest_client_takes_the_address_for_what_it_is(mode, request):
    client = request.getfixturevalue(mode)
    with client.reading() as api:
        assert api.server_type.value.lower() == ("cloud" if mode == "cloud" else "server")
        assert api.read_flows(limit=1) is not None


def test_the_system_answers_a_major_version_that_the_client_accepts(server):
    answer = server.get("/admin/version")
    assert answer.status_code == 200
    assert re.fullmatch(r"3\.\d+\.\d+\S*", answer.json())


def test_csrf_protection_is_off_for_clients_with_a_key(server):
    answer = server.get("/csrf-token?client=7d0d6c3c-54c2-4e0c-8f1e-0f4a5b3c2d1e")
    assert answer.status_code in (404, 422)


def test_a_wrong_key_is_refused(server, target):
    answer = httpx.post(
        f"{target.workspace_api}/flow_runs/filter", json={}, headers={"Authorization": "Bearer pnu_wrong"}
    )
    assert answer.status_code == 401


def test_the_command_line_names_its_version_and_the_address_it_uses(cloud):
    assert __version__ in cloud.prefect("version")
    assert f"PREFECT_API_URL='{cloud.settings['PREFECT_API_URL']}'" in cloud.prefect("config", "view").replace("\n", "")


def test_the_readme_says_which_python_this_client_needs():
    needs, readme = metadata("prefect")["Requires-Python"], (EXAMPLES.parent.parent / "README.md").read_text()
    newest = __version__.startswith("3.9.")
    assert (">=3.11" if newest else ">=3.10") in needs
    assert "Python 3.11" in readme
    # With Python 3.10 pip takes the last release that still takes it.
    assert not __version__.startswith("3.8.") or __version__ in readme
