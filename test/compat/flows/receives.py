"""Waits for one message, says what it was, and ends."""

from prefect import flow, get_run_logger
from prefect.context import FlowRunContext
from prefect.input import receive_input


@flow
def receives() -> None:
    print(f"flow-run/{FlowRunContext.get().flow_run.id}", flush=True)
    for message in receive_input(str, timeout=240, poll_interval=0.2):
        get_run_logger().info(f"heard: {message}")
        break


if __name__ == "__main__":
    receives()
