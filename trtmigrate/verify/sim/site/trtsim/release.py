"""Which TensorRT is played, and the error of everything that is not.

Also the API data it is played from. The file is found by its place in the package, because the
package itself need not be importable in the interpreter that runs the program.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Dict, NoReturn, Tuple

ENVIRONMENT = "TRTMIGRATE_SIM_RELEASE"
DEFAULT = "8.6"

DATA: Dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[4] / "api" / "surface.json").read_text(encoding="utf-8")
)

# 8.6.1 is the last release with both APIs. Of the later lines it is the first release that is
# played: what runs on it runs on all of them.
_LAST_OF_8 = "8.6.1"


def numbers(name: str) -> Tuple[int, ...]:
    """The numbers of a release's name, without a ``.post1`` of its packaging."""
    return tuple(int(part) for part in re.findall(r"\d+", name.split(".post")[0]))


def _chosen() -> str:
    wanted = os.environ.get(ENVIRONMENT, "").strip() or DEFAULT
    if wanted in ("8", "8.6"):
        return _LAST_OF_8
    digits = numbers(wanted)
    for name in DATA["releases"]:
        if digits and numbers(name)[: len(digits)] == digits:
            return str(name)
    raise ImportError("sim: TensorRT %s is not known (%s)" % (wanted, ENVIRONMENT))


RELEASE = _chosen()
MAJOR = numbers(RELEASE)[0]
# From 9 on the binding API is gone, int64 is a type, and a network always has its batch dimension.
TENSOR_NAMES_ONLY = MAJOR >= 9


def refuse(what: str) -> NoReturn:
    """Say by name what the simulator cannot do.

    Raises NotImplementedError, always.
    """
    raise NotImplementedError("sim: %s is not covered" % what)
