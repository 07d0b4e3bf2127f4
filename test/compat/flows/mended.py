"""Fails until the file it is given exists."""

from pathlib import Path

from prefect import flow, get_run_logger, task


@task
def look(path: str) -> str:
    get_run_logger().info("looking for %s", path)
    return Path(path).read_text()


@flow
def mended(path: str) -> str:
    return look(path)
