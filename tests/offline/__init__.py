"""No test, and no process that a test starts, may reach for a network."""

from pathlib import Path

from tests.offline.sitecustomize import forbid, taken

FOLDER = Path(__file__).parent
"""On the path of a process, it forbids the network there: Python imports ``sitecustomize`` by itself."""

__all__ = ["FOLDER", "forbid", "taken"]
