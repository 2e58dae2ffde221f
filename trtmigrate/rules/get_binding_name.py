"""Ask for the name of an I/O tensor instead of a binding's.

What changed: `ICudaEngine.get_binding_name` is gone since TensorRT 10.0; `get_tensor_name` takes
the same index for the first optimization profile and never adds ` [profile k]`.

Before:

    names = [engine.get_binding_name(i) for i in range(2)]

After:

    names = [engine.get_tensor_name(i) for i in range(2)]

Not rewritten when: the object cannot be told to be an engine.

Safety: safe; review where the code shows several optimization profiles.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.edits import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules._reference import renamed
from trtmigrate.rules.base import Rule

RULE = Rule("TRT102", "Name of a binding", Safety.SAFE, members=("ICudaEngine.get_binding_name",))


@RULE.checks
def get_binding_name(use: Use, facts: Facts) -> Proposal | None:
    safety = Safety.REVIEW if facts.several_profiles else Safety.SAFE
    message = "get_binding_name is gone; get_tensor_name gives the name of an I/O tensor"
    changes: dict[cst.CSTNode, cst.CSTNode] = dict(renamed(use, "get_tensor_name"))
    return Proposal(use.node, use.member, message, safety, Edit(changes))
