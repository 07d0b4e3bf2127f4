"""A flow that fails twice before it succeeds.

    python flaky.py
"""

from prefect import flow, task
from prefect.runtime import flow_run


@task
def open_gate(attempt: int, failures: int) -> str:
    if attempt <= failures:
        raise RuntimeError(f"the gate is stuck (attempt {attempt})")
    return "open"


@flow(name="flaky", retries=2, retry_delay_seconds=0.2, log_prints=True)
def flaky(failures: int = 2) -> str:
    gate = open_gate(flow_run.run_count, failures)
    print(f"the gate is {gate} after {flow_run.run_count} attempts")
    return gate


if __name__ == "__main__":
    flaky()
