"""Three addresses of one workspace, and the processes that all tests share."""

import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from support.client import EXAMPLES, Client
from support.processes import Finished, Service, end_all
from support.target import Target

SCRIPTS = [
    "etl_pipeline", "subflows", "flaky", "repository_stars", "price_analysis", "customers", "parallel_processing",
    "stateful_workflow", "report_artifacts", "slow",
]


def pytest_configure() -> None:
    """SIGTERM ends the session like Ctrl-C: fixtures get to end the processes that they started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def target() -> Target:
    return Target.from_environment()


@pytest.fixture(scope="session")
def cloud(target, tmp_path_factory) -> Client:
    """The client believes that it talks to a managed cloud."""
    return Client(target, "cloud", tmp_path_factory.mktemp("cloud"), target.workspace_api, cloud_url=target.root)


@pytest.fixture(scope="session")
def server(target, tmp_path_factory) -> Client:
    """The same workspace address, but the client believes that it is a server somebody hosts."""
    return Client(target, "server", tmp_path_factory.mktemp("server"), target.workspace_api, auth_string=target.key)


@pytest.fixture(scope="session")
def home(target, tmp_path_factory) -> Client:
    """The address without account and workspace: the home workspace of the key."""
    return Client(target, "home", tmp_path_factory.mktemp("home"), target.root, auth_string=f"me:{target.key}")


@pytest.fixture(scope="session")
def home_in_cloud_mode(target, tmp_path_factory) -> Client:
    return Client(target, "home-in-cloud-mode", tmp_path_factory.mktemp("home"), target.root, cloud_url=target.root)


@pytest.fixture(scope="session")
def home_without_proof(target, tmp_path_factory) -> Client:
    """Server mode with an API key only: requests carry it, websockets do not."""
    return Client(target, "home-without-proof", tmp_path_factory.mktemp("home"), target.root)


@pytest.fixture(scope="session")
def background() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool
        pool.shutdown(wait=False, cancel_futures=True)
        end_all()


@pytest.fixture(scope="session")
def scripts(cloud, background) -> dict[str, Future[Finished]]:
    """The examples run as plain scripts."""
    return {name: background.submit(cloud.python, EXAMPLES / f"{name}.py") for name in SCRIPTS}


@pytest.fixture(scope="session", autouse=True)
def begin_with_scripts(request) -> None:
    """Where a test wants to see how they went, they run from the start on, beside the tests that wait for something else."""
    if any("scripts" in item.fixturenames for item in request.session.items):
        request.getfixturevalue("scripts")


@pytest.fixture(scope="session")
def services() -> Iterator[list[Service]]:
    """What is put in here ends with the session."""
    started: list[Service] = []
    yield started
    for service in started:
        service.kill()


@pytest.fixture(scope="session")
def pool(cloud, services) -> str:
    """A process work pool with the example deployments and a worker of its own."""
    cloud.prefect("work-pool", "create", "python", "--type", "process")
    cloud.prefect("deploy", "--all")
    services.append(cloud.start_prefect("worker", "start", "--pool", "python", "--name", "hands"))
    return "python"
