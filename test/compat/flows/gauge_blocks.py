"""Blocks of our own: one nests the other, and secrets lie in three places."""

from pydantic import SecretStr

from prefect.blocks.core import Block
from prefect.blocks.fields import SecretDict


class GaugeLogin(Block):
    """How to reach the gauges."""

    _block_type_name = "Gauge login"
    _block_type_slug = "gauge-login"

    user: str
    password: SecretStr


class GaugeNetwork(Block):
    """The gauges of one river."""

    _block_type_name = "Gauge network"
    _block_type_slug = "gauge-network"

    river: str
    login: GaugeLogin
    token: SecretStr
    headers: SecretDict
    thresholds: dict[str, float] = {"warn": 1.0, "alarm": 2.5}
    serial: int = 12345678901234567890
