"""What the bytes of a file must contain for any rule to have anything to do with it.

Free of LibCST and of the rules, so that a run in which no file passes loads neither. Made from the
api data, from which the rules take their members, and the few further words that rules look for (a
test compares them).
"""

from __future__ import annotations

import functools
import re

from trtmigrate import api

MORE_WORDS = frozenset(
    """
    tensorrt all_binding_shapes_specified all_shape_inputs_specified execute_v2 create_network
    stream_reader IGpuAllocator Refitter cudart cuda.cuda cuda.nvrtc cuda.bindings
    """.split()
) | {"from cuda import"}
SHORTEST = 4  # shorter names (`c`, `op`) are in every file; one that uses them names the module too


@functools.cache
def gate_names(target: str) -> re.Pattern[bytes]:
    """The pattern that a file has to match, for a target."""
    names = {member.rsplit(".", 1)[-1] for member in api.missing_in(target)} | MORE_WORDS
    words = sorted(n for n in names if len(n) >= SHORTEST and not n.startswith("__"))
    return re.compile(rb"\b(?:" + b"|".join(re.escape(w.encode()) for w in words) + rb")\b")
