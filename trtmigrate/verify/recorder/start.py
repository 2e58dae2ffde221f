"""Read the command line of the recorder."""

from __future__ import annotations

import json

from .probing import describe_plan, probe
from .program import run_recorded


def main(arguments: list[str]) -> None:
    """Do what the arguments ask for; the package's docstring lists them."""
    if arguments[0] == "--probe":
        print(json.dumps(probe()))
    elif arguments[0] == "--describe":
        print(json.dumps(describe_plan(arguments[1]), indent=1))
    else:
        with open(arguments[0], encoding="utf-8") as file:
            config = json.load(file)
        run_recorded(config, arguments[1], arguments[2:])
