"""A flow that starts another flow's deployment and waits for it. The deployment's name is the argument."""

import sys

from prefect import flow
from prefect.deployments import run_deployment


@flow(name="caller", log_prints=True)
def caller(deployment: str) -> str:
    called = run_deployment(deployment, parameters={"region": "north"}, timeout=240, poll_interval=1, tags=["called"])
    print(f"called {called.id}, which {called.state_name}")
    return str(called.id)


if __name__ == "__main__":
    caller(sys.argv[1])
