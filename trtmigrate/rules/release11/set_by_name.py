"""Report members that the code sets by their name, with `setattr`.

What changed: TensorRT 10.0 and 11.0 removed members that a program could set, or made them
read-only. `setattr` fails for them, as the assignment does.

Before:

    config = builder.create_builder_config()
    for name, value in settings.items():
        setattr(config, name, value)

After: (not rewritten)

Not rewritten when: always. If the name is a literal, write a plain assignment and run trtmigrate
again: the rule of the member rewrites it. (`setattr` of `max_workspace_size` and of
`active_optimization_profile` are rewritten by their own rules.) Nothing is reported if a test with
`hasattr` stands around it.

Safety: manual.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Instance
from trtmigrate.facts.models.tensorrt import lineage
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.choose_profile import MEMBER as PROFILE
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.tree import code

RULE = Rule("TRT632", "Member set by its name", Safety.MANUAL)
SETTABLE = ("property", "setter")
WORKSPACE = "IBuilderConfig.max_workspace_size"


@RULE.scans
def set_by_name(facts: Facts) -> Iterator[Proposal]:
    for node in facts.tree.of_kind(cst.Call):
        if not calls_function(node, "setattr") or len(node.args) != 3:
            continue
        owner, name = (facts.value(arg.value) for arg in node.args[:2])
        if not isinstance(owner, Instance) or owner.guessed or facts.is_dead(node):
            continue
        gone = _find_gone(owner.cls, facts)
        if isinstance(name, Const):
            member = gone.get(str(name.value))
            if member is not None and not _is_rewritten(node, member, facts):
                plain = f"{code(node.args[0].value)}.{name.value} = {code(node.args[2].value)}"
                message = f"{name.value} cannot be set any more: write {plain}, and run trtmigrate"
                yield manual(node, member, f"{message} again, which rewrites or explains it")
        elif gone and not _is_probed(node, facts):
            which = ", ".join(sorted(gone))
            message = (
                f"{which} of {owner.cls} cannot be set any more, and the name may be one of them: "
                "test it with hasattr, or assign the members one by one"
            )
            yield manual(node, owner.cls, message)


def _is_rewritten(node: cst.Call, member: str, facts: Facts) -> bool:
    """True if the rule of the member rewrites a call of `setattr`."""
    if not isinstance(node.args[1].value, cst.SimpleString):
        return False
    alone = isinstance(facts.tree.parent(node), cst.Expr)
    return member == WORKSPACE or (member == PROFILE and alone)


def _find_gone(cls: str, facts: Facts) -> dict[str, str]:
    """Return the members of a class that the target does not let a program set, by name."""
    classes = lineage(cls)
    return {
        m.name: m.path for m in facts.missing.values() if m.owner in classes and m.kind in SETTABLE
    }


def _is_probed(node: cst.Call, facts: Facts) -> bool:
    """True if a test around it asks for the name: `if hasattr(config, name):`."""
    asked = f"hasattr({code(node.args[0].value)}"
    return any(
        isinstance(up, cst.If) and asked in code(up.test) for up in facts.tree.ancestors(node)
    )
