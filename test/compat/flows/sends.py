"""`python sends.py FLOW_RUN_ID`"""

import sys
from uuid import UUID

from prefect.input import send_input

if __name__ == "__main__":
    send_input("hello from outside", flow_run_id=UUID(sys.argv[1]))
