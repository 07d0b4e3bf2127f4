"""Where the system under test is, and who asks."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """`url` is the address without `/api`; `workspace` is `account handle/workspace handle`."""

    url: str
    account_id: str
    workspace_id: str
    workspace: str
    key: str

    @property
    def root(self) -> str:
        return f"{self.url}/api"

    @property
    def workspace_api(self) -> str:
        return f"{self.root}/accounts/{self.account_id}/workspaces/{self.workspace_id}"

    @classmethod
    def from_environment(cls) -> "Target":
        names = ("URL", "ACCOUNT_ID", "WORKSPACE_ID", "WORKSPACE", "KEY")
        return cls(*(os.environ[f"HEADGATE_COMPAT_{name}"] for name in names))
