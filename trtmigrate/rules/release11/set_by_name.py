"""Name the members that are set by their name, with `setattr`.

What changed: members that could be assigned are gone since TensorRT 10.0 and 11.0, or can only be
read. `setattr` fails for them as the assignment does.

Before:

    config = builder.create_builder_config()
    for name, value in settings.items():
        setattr(config, name, value)

After: (not rewritten)

Not rewritten when: always. Assign the member in the plain way where its name is written out, and
run trtmigrate again: the rule for the member does the rest. `max_workspace_size` by its name is
rewritten as it is. A `hasattr` with the same name around it is enough to be left in peace.

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
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code, walk

RULE = Rule("TRT632", "Member set by its name", Safety.MANUAL)
SETTABLE = ("property", "setter")
REWRITTEN = "IBuilderConfig.max_workspace_size"  # by its own rule


@RULE.scans
def set_by_name(facts: Facts) -> Iterator[Proposal]:
    for node in walk(facts.tree.module):
        if not isinstance(node, cst.Call) or code(node.func) != "setattr" or len(node.args) != 3:
            continue
        owner, name = (facts.value(arg.value) for arg in node.args[:2])
        if not isinstance(owner, Instance) or owner.guessed or facts.is_dead(node):
            continue
        gone = _gone(owner.cls, facts)
        if isinstance(name, Const):
            member = gone.get(str(name.value))
            written = isinstance(node.args[1].value, cst.SimpleString)
            if member is not None and not (member == REWRITTEN and written):
                plain = f"{code(node.args[0].value)}.{name.value} = {code(node.args[2].value)}"
                message = f"{name.value} cannot be set any more: write {plain}, and run trtmigrate"
                yield manual(node, member, f"{message} again, which tells what becomes of it")
        elif gone and not _is_probed(node, facts):
            which = ", ".join(sorted(gone))
            message = f"{which} of {owner.cls} cannot be set any more; the name may be one of them"
            yield manual(node, owner.cls, message)


def _gone(cls: str, facts: Facts) -> dict[str, str]:
    """By its name, each member of a class that the target does not let a program set."""
    classes = lineage(cls)
    return {
        m.name: m.path for m in facts.missing.values() if m.owner in classes and m.kind in SETTABLE
    }


def _is_probed(node: cst.Call, facts: Facts) -> bool:
    """Whether a test around it asks for the name: `if hasattr(config, name):`."""
    asked = f"hasattr({code(node.args[0].value)}"
    return any(
        isinstance(up, cst.If) and asked in code(up.test) for up in facts.tree.ancestors(node)
    )
