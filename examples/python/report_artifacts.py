"""Publish a markdown report, a table, a link and a progress bar with a run.

    python report_artifacts.py
"""

import json
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

CUSTOMERS = json.loads((Path(__file__).parent / "data" / "customers.json").read_text())


@task
def publish_report() -> None:
    litres = sum(customer["monthly_litres"] for customer in CUSTOMERS)
    create_markdown_artifact(
        key="water-report",
        markdown=f"# Water report\n\n{len(CUSTOMERS)} customers drew **{litres:,}** litres.\n",
        description="Consumption of the month",
    )


@task
def publish_table() -> None:
    create_table_artifact(key="customer-table", table=CUSTOMERS, description="Customers and what they drew")


@task
def publish_link() -> None:
    create_link_artifact(key="meter-readings", link="https://example.com/readings.csv", link_text="Readings")


@task
def process_with_progress(steps: int) -> None:
    progress_id = create_progress_artifact(progress=0.0, key="billing-progress", description="Bills written")
    for step in range(1, steps + 1):
        update_progress_artifact(artifact_id=progress_id, progress=100.0 * step / steps)


@flow(name="report-artifacts")
def report_artifacts(steps: int = 4) -> None:
    publish_report()
    publish_table()
    publish_link()
    process_with_progress(steps)


if __name__ == "__main__":
    report_artifacts()
