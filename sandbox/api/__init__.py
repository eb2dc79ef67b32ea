"""The methods of the Web API that the sandbox knows."""

from sandbox.api.base import ApiCall, Method, Refused
from sandbox.api.table import METHODS

__all__ = ["METHODS", "ApiCall", "Method", "Refused"]
