"""A flow that leaves a process behind, for the agent to end."""

import os
import subprocess
import time
from pathlib import Path

from prefect import flow

script = str(Path(__file__).with_name("hold.sh"))


@flow
def leaves(folder: str) -> None:
    Path(folder, "pids", str(os.getpid())).touch()
    subprocess.Popen(["setsid", "-f", "/bin/sh", script, folder], stdout=subprocess.DEVNULL)
    time.sleep(2)
