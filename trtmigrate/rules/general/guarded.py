"""Note the uses of a removed API that the target never reaches.

What changed: nothing to do. Programs that run on several releases test `trt.__version__` or
`hasattr(engine, "num_io_tensors")`, or catch AttributeError; the branch for the old release is
right as it is. So is a function, a method or a class that only such code uses, unless the program
has nothing else: it refuses the target as a whole, and is migrated.

Before:

    if hasattr(engine, "num_io_tensors"):
        count = engine.num_io_tensors
    else:
        count = engine.num_bindings

After: (not rewritten)

Not rewritten when: always. It is advice: it counts neither as left nor for the exit code. With
`--drop-old`, TRT012 removes the code that the target alone decides about.

Safety: manual.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import AnyUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import Tree

RULE = Rule("TRT002", "Removed API behind a test of the release", Safety.MANUAL)
NEEDS_NEWER = "other code of this file needs TensorRT 8.5 after the migration"
_CLASSES = ("ICudaEngine", "IExecutionContext")


@RULE.checks_imports_too
def guarded(use: AnyUse, facts: Facts) -> Proposal:
    member = use.member.removeprefix("?.")
    kept = ", because more than the target decides about it" if facts.drop_old else ""
    message = f"{use.name} {_reason(use, facts)}; left as it is{kept}"
    if not kept and _needs_newer(use, facts):
        message = f"{message}, but {NEEDS_NEWER}"
    return Proposal(use.node, member, message, Safety.MANUAL, advice=True)


def _needs_newer(use: AnyUse, facts: Facts) -> bool:
    """True if the module uses the binding API also where every release comes by."""
    return use.context != "probe" and any(
        other.member.split(".")[0] in _CLASSES and other.context != "probe" and not other.read.dead
        for other in facts.uses
    )


def _reason(use: AnyUse, facts: Facts) -> str:
    """Return why the target does not need the member."""
    if use.context == "probe":
        return "is only probed"
    if _follows_exit(use.node, facts.tree):
        return "is never reached"
    definitions = (cst.FunctionDef, cst.ClassDef)
    for up in facts.tree.ancestors(use.node):
        if isinstance(up, definitions) and facts.is_for_old_release(up):
            return f"is in {up.name.value}, which only code for an old release uses"
    return "is behind a test of the release or of the API"


def _follows_exit(node: cst.CSTNode, tree: Tree) -> bool:
    """True if a statement above in the same block, or above a block around it, always leaves it."""
    below = node
    for up in tree.ancestors(node):
        if isinstance(up, (cst.BaseSuite, cst.Module, cst.SimpleStatementLine)):
            body = list(up.body)
            if any(_leaves(statement) for statement in body[: body.index(below)]):
                return True
        below = up
    return False


def _leaves(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.SimpleStatementLine):
        return any(_leaves(small) for small in statement.body)
    return isinstance(statement, (cst.Return, cst.Raise, cst.Continue, cst.Break))
