"""Runs examples one after another in one process and prints what the client knows about each as a line of JSON.

    python batch.py '[["etl_pipeline", "etl_pipeline", {"failures": 0}], …]'
"""

import importlib
import json
import sys
from pathlib import Path

from prefect import Flow

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "examples" / "python"))


def run(module: str, flow_name: str, parameters: dict) -> dict:
    flow: Flow = getattr(importlib.import_module(module), flow_name)
    state = flow(**parameters, return_state=True)
    result = state.result(raise_on_failure=False)
    return {
        "flow": flow.name,
        "id": str(state.state_details.flow_run_id),
        "state": state.name,
        "result": result if isinstance(result, (int, float, str, bool, type(None))) else repr(result),
    }


if __name__ == "__main__":
    for module, flow_name, parameters in json.loads(sys.argv[1]):
        print("RESULT " + json.dumps(run(module, flow_name, parameters)), flush=True)
