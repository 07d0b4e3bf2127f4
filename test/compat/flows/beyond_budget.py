"""More tasks, log lines and new runs than a small budget gives in a second, all at once.

    python beyond_budget.py FLOW/DEPLOYMENT TASKS LINES RUNS
"""

import sys

from prefect import flow, get_run_logger, task
from prefect.deployments import run_deployment


@task
def speak(number: int, lines: int) -> int:
    log = get_run_logger()
    for line in range(lines):
        log.info("task %d says %d", number, line)
    return number


@task
def order(deployment: str, number: int) -> str:
    return str(run_deployment(deployment, parameters={"number": number}, timeout=0, as_subflow=False).id)


@flow
def beyond_budget(deployment: str, tasks: int, lines: int, runs: int) -> tuple[int, int]:
    spoken = [speak.submit(number, lines) for number in range(tasks)]
    ordered = [order.submit(deployment, number) for number in range(runs)]
    return len({each.result() for each in spoken}), len({each.result() for each in ordered})


if __name__ == "__main__":
    deployment, *counts = sys.argv[1:]
    print("RESULT", *beyond_budget(deployment, *map(int, counts)))
