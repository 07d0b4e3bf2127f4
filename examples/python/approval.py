"""Wait for a person: `approval` pauses and keeps its process, `suspended_approval` ends it and is started again.

Resume either from the web app, or with `prefect.flow_runs.resume_flow_run(id, run_input={"approve": True})`.

    python approval.py
"""

from prefect import flow, task
from prefect.flow_runs import pause_flow_run, suspend_flow_run
from prefect.input import RunInput


class Decision(RunInput):
    approve: bool
    comment: str = "no comment"


@task
def draft() -> str:
    return "open the gate by 20 cm"


@task
def carry_out(order: str) -> str:
    return f"done: {order}"


@flow(name="approval", log_prints=True)
def approval(timeout: int = 300) -> str:
    order = draft()
    decision = pause_flow_run(wait_for_input=Decision, timeout=timeout, poll_interval=1)
    print(f"approved: {decision.approve} ({decision.comment})")
    return carry_out(order) if decision.approve else "dropped"


@flow(name="plain-pause", log_prints=True)
def plain_pause(timeout: int = 300) -> str:
    order = draft()
    pause_flow_run(timeout=timeout, poll_interval=1)
    print("resumed")
    return carry_out(order)


@flow(name="suspended-approval", log_prints=True, persist_result=True)
def suspended_approval(timeout: int = 300) -> str:
    """Needs a deployment: the run leaves its process and comes back in another one."""
    order = draft()
    suspend_flow_run(timeout=timeout)
    print("came back")
    return carry_out(order)


if __name__ == "__main__":
    plain_pause()
