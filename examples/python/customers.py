"""One task run per customer, where the customers are only known once the flow runs.

    python customers.py
"""

import json
from pathlib import Path

from prefect import flow, task, unmapped

CUSTOMERS = Path(__file__).parent / "data" / "customers.json"


@task
def list_customers(region: str | None) -> list[dict]:
    customers = json.loads(CUSTOMERS.read_text())
    return [customer for customer in customers if region in (None, customer["region"])]


@task(task_run_name="bill {customer[id]}")
def bill(customer: dict, tariff: list[tuple[int, float]]) -> dict:
    """Amount due under a tariff of (litres from, price per 1000 litres), dearest step last."""
    price = [step for start, step in tariff if customer["monthly_litres"] >= start][-1]
    return {"id": customer["id"], "due": round(customer["monthly_litres"] / 1000 * price, 2)}


@flow(name="customer-billing", log_prints=True)
def customer_billing(region: str | None = None) -> float:
    tariff = [(0, 1.10), (20_000, 1.25), (100_000, 1.60)]
    bills = bill.map(list_customers(region), unmapped(tariff)).result()
    for entry in bills:
        print(f"{entry['id']} owes {entry['due']:.2f}")
    return round(sum(entry["due"] for entry in bills), 2)


if __name__ == "__main__":
    customer_billing()
