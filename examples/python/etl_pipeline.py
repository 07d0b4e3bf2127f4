"""Extract orders from a CSV file, clean and total them, load the totals into SQLite.

The first read of a source fails on purpose, as a flaky network drive would, so that a retry can be watched.

    python etl_pipeline.py
"""

import csv
import sqlite3
import tempfile
from collections import defaultdict
from pathlib import Path

from prefect import flow, task
from prefect.runtime import task_run

DATA = Path(__file__).parent / "data"


@task(retries=2, retry_delay_seconds=0.2)
def extract(source: str, failures: int) -> list[dict]:
    """Raw rows of the source; raises OSError in the first `failures` attempts."""
    if task_run.run_count <= failures:
        raise OSError(f"{source} is not mounted yet (attempt {task_run.run_count})")
    with (DATA / source).open(newline="") as handle:
        return list(csv.DictReader(handle))


@task
def transform(rows: list[dict]) -> dict[str, float]:
    """Turnover per product. Rows without a positive quantity are left out."""
    turnover: dict[str, float] = defaultdict(float)
    for row in rows:
        quantity = int(row["quantity"] or 0)
        if quantity > 0:
            turnover[row["product"]] += quantity * float(row["unit_price"])
    return {product: round(amount, 2) for product, amount in sorted(turnover.items())}


@task
def load(turnover: dict[str, float], database: str) -> int:
    """Replaces the table `turnover`; answers the number of rows written."""
    with sqlite3.connect(database) as connection:
        connection.execute("create table if not exists turnover (product text primary key, amount real)")
        connection.executemany("insert or replace into turnover values (?, ?)", turnover.items())
    return len(turnover)


@flow(name="etl-pipeline", log_prints=True)
def etl_pipeline(source: str = "orders.csv", database: str | None = None, failures: int = 1) -> int:
    rows = extract(source, failures)
    turnover = transform(rows)
    written = load(turnover, database or str(Path(tempfile.mkdtemp()) / "turnover.sqlite"))
    print(f"loaded {written} products from {len(rows)} orders")
    return written


if __name__ == "__main__":
    etl_pipeline()
