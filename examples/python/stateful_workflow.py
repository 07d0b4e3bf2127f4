"""Decide how a run ends by returning a state, look at the states of tasks, and hook into changes of state.

    python stateful_workflow.py
"""

from prefect import flow, task
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed


def announce(subject, _run, state) -> None:
    """A hook for flows and tasks alike: `subject` is the one that declared it."""
    print(f"hook: {subject.name} ended as {state.name}")


@task(on_completion=[announce], on_failure=[announce])
def check_reading(reading: dict) -> float:
    if "level" not in reading:
        raise KeyError("level")
    return reading["level"]


@flow(name="stateful-workflow", on_completion=[announce], on_failure=[announce], log_prints=True)
def stateful_workflow(reading: dict):
    """Failed without a level, `Overflowing` (a completed state of its own name) above 10 m, else Completed."""
    checked = check_reading(reading, return_state=True)
    if checked.is_failed():
        return Failed(message="The reading has no level.")
    level = checked.result()
    get_run_logger().info("level is %.1f m", level)
    if level > 10:
        return Completed(name="Overflowing", message=f"{level} m is above the crest.")
    return Completed(message=f"{level} m is below the crest.")


if __name__ == "__main__":
    for example in ({"level": 4.2}, {"level": 11.0}, {}):
        stateful_workflow(example, return_state=True)
