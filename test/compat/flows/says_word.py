"""Prints what its pool and its run want it to say."""

import os

from prefect import flow


@flow(log_prints=True)
def says_word(label: str = "") -> None:
    print(f"{label} says {os.environ.get('WORD', 'nothing')}")
