"""Look up the stars of several repositories, one mapped task run each, from a bundled file instead of the network.

    python repository_stars.py
"""

import json
from pathlib import Path

from prefect import flow, task

CATALOGUE = Path(__file__).parent / "data" / "repositories.json"


@task(log_prints=True, task_run_name="stars of {repository}")
def stars(repository: str) -> int:
    count = json.loads(CATALOGUE.read_text())[repository]["stars"]
    print(f"{repository} has {count} stars")
    return count


@flow(name="repository-stars")
def repository_stars(repositories: list[str] = ["acme/canal", "acme/sluice", "acme/penstock"]) -> int:
    return sum(stars.map(repositories).result())


if __name__ == "__main__":
    print(repository_stars())
