"""Average some closing prices. Reading them is cached by input: the second look-up of a symbol runs no code.

    python price_analysis.py
"""

import json
from datetime import timedelta
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import INPUTS

PRICES = Path(__file__).parent / "data" / "prices.json"


@task(cache_policy=INPUTS - "verbose", cache_expiration=timedelta(hours=1), log_prints=True)
def fetch_prices(symbol: str, verbose: bool = False) -> list[dict]:
    """`verbose` does not take part in the cache key."""
    prices = json.loads(PRICES.read_text())[symbol]
    print(f"read {len(prices)} prices of {symbol}" if verbose else f"read {symbol}")
    return prices


@task
def average(prices: list[dict]) -> float:
    return round(sum(price["close"] for price in prices) / len(prices), 2)


@flow(name="price-analysis", log_prints=True)
def price_analysis(symbol: str = "WTR") -> float:
    mean = average(fetch_prices(symbol))
    again = fetch_prices(symbol, verbose=True, return_state=True)
    print(f"{symbol} closes at {mean:.2f} on average; the second look-up was {again.name}")
    return mean


if __name__ == "__main__":
    price_analysis()
