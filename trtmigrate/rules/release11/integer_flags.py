"""Name bits of flags that mean something else in the target.

What changed: TensorRT 10.0 and 11.0 renumbered `NetworkDefinitionCreationFlag`, `BuilderFlag` and
`TacticSource`. A literal integer is taken without a word and means another flag: bit 7 of a
builder's flags was TF32 in 8.6 and is SPARSE_WEIGHTS since 10.0.

Before:

    builder = trt.Builder(TRT_LOGGER)
    config = builder.create_builder_config()
    network = builder.create_network(1)
    config.flags = 1 << 7

After: (for target 11, where bit 0 of `create_network` no longer means EXPLICIT_BATCH)

    builder = trt.Builder(TRT_LOGGER)
    config = builder.create_builder_config()
    network = builder.create_network(0)
    config.flags = 1 << 7

Not rewritten when: a bit means different things in the releases that the program may have been
written for. The finding tells them; write the enumerators that are meant, and run trtmigrate again.

Safety: safe for `create_network(1)`, manual for everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Instance, Ref
from trtmigrate.facts.reads import Read
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.flags import without_mask
from trtmigrate.rewrites.tensor_names.name_of_binding import argument
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import walk

RULE = Rule(
    "TRT630",
    "Integer that meant other flags",
    Safety.MANUAL,
    gate=("create_network",),
)
# The releases before a target that a program may be written for, and how to call them. The last 10
# has what all of them have: between them the numbers stayed.
WRITTEN_FOR = {"8.6": "8.6", "10.16": "10"}
INSTEAD = "write the enumerators that are meant, and run trtmigrate again"
ENUMS = {
    ("Builder", "create_network"): "NetworkDefinitionCreationFlag",
    ("IBuilderConfig", "flags"): "BuilderFlag",
    ("IBuilderConfig", "set_tactic_sources"): "TacticSource",
}


@dataclass(frozen=True)
class Flags:
    """An integer that is taken for flags of an enum."""

    node: cst.BaseExpression
    enum: str
    number: int


@RULE.scans
def integer_flags(facts: Facts) -> Iterator[Proposal]:
    for flags in _flags(facts):
        changed = [bit for bit in _bits(flags.number) if _changed(flags.enum, bit, facts.target)]
        if not changed:
            continue
        meanings = "; ".join(_meaning(flags.enum, bit, facts.target) for bit in changed)
        if flags.enum == "NetworkDefinitionCreationFlag" and flags.number == 1:
            message = f"{meanings} (ignored): every network has an explicit batch dimension"
            edit = without_mask(flags.node, facts.tree)
            yield Proposal(flags.node, flags.enum, message, Safety.SAFE, edit)
        else:
            yield manual(flags.node, flags.enum, f"{meanings}; {INSTEAD}")
    yield from _made_from_integers(facts)


def _flags(facts: Facts) -> Iterator[Flags]:
    """The literal integers that reach a taker of flags."""
    found: set[cst.CSTNode] = set()
    for read in facts.reads.values():
        enum = _enum(read)
        node = _given(read, facts) if enum is not None else None
        if enum is None or node is None or read.dead:
            continue
        for term in _terms(node, facts):
            value = facts.value(term)
            if isinstance(value, Const) and type(value.value) is int:
                if term not in found:
                    found.add(term)
                    yield Flags(term, enum, value.value)


def _enum(read: Read) -> str | None:
    owner = read.owner
    return ENUMS.get((owner.cls, read.member)) if isinstance(owner, Instance) else None


def _given(read: Read, facts: Facts) -> cst.BaseExpression | None:
    """What is handed over or assigned; of a variable, what it was assigned."""
    parent = facts.tree.parent(read.node)
    if isinstance(parent, cst.Call) and parent.func is read.node:
        arg = argument(parent, 0, "flags", "tactic_sources")
        return _assigned(arg.value, facts) if arg is not None else None
    statement = facts.tree.parent(parent) if isinstance(parent, cst.AssignTarget) else parent
    if isinstance(statement, (cst.Assign, cst.AugAssign)) and statement.value is not read.node:
        return _assigned(statement.value, facts)
    return None


def _assigned(node: cst.BaseExpression, facts: Facts) -> cst.BaseExpression:
    """The expression that a name stands for, where the module assigns it just once."""
    if not isinstance(node, cst.Name):
        return node
    found = [
        assign.value
        for assign in walk(facts.tree.module)
        if isinstance(assign, cst.Assign)
        and any(
            isinstance(t.target, cst.Name) and t.target.value == node.value for t in assign.targets
        )
    ]
    return found[0] if len(found) == 1 else node


def _terms(node: cst.BaseExpression, facts: Facts) -> Iterator[cst.BaseExpression]:
    """The literal integers that are `|`-ed or added up; all of it, where it is one."""
    if not _is_name(node):
        yield node
    elif isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.BitOr, cst.Add)):
        for term in (node.left, node.right):
            yield from _terms(_assigned(term, facts), facts)


def _is_name(node: cst.BaseExpression) -> bool:
    """Whether an integer is read from a place that does not show it."""
    return any(isinstance(part, cst.Name) for part in walk(node))


def _bits(number: int) -> list[int]:
    return [bit for bit in range(number.bit_length()) if number >> bit & 1] if number > 0 else []


def _names(enum: str, bit: int, release: str) -> str:
    return " or ".join(api.enum_names(enum, bit, release))


def _changed(enum: str, bit: int, target: str) -> bool:
    now = _names(enum, bit, target)
    return any(_names(enum, bit, release) not in ("", now) for release in _earlier(target))


def _earlier(target: str) -> list[str]:
    wanted = api.Release.parse(target)
    return [release for release in WRITTEN_FOR if api.Release.parse(release) < wanted]


def _meaning(enum: str, bit: int, target: str) -> str:
    """`bit 7 is TF32 in 8.6, SPARSE_WEIGHTS in 10`."""
    parts = []
    for release in (*_earlier(target), target):
        names = _names(enum, bit, release) or "nothing"
        parts.append(f"{names} in {WRITTEN_FOR.get(release, release)}")
    return f"bit {bit} of {enum} is " + ", ".join(parts)


def _made_from_integers(facts: Facts) -> Iterator[Proposal]:
    """`trt.BuilderFlag(7)`."""
    for node in walk(facts.tree.module):
        if not isinstance(node, cst.Call) or len(node.args) != 1:
            continue
        made, given = facts.value(node.func), facts.value(node.args[0].value)
        if (
            not isinstance(made, Ref)
            or not isinstance(given, Const)
            or type(given.value) is not int
        ):
            continue
        enum = made.name.removeprefix("tensorrt.")
        if made.name.startswith("tensorrt.") and api.is_enum(enum):
            if _changed(enum, given.value, facts.target):
                meaning = _meaning(enum, given.value, facts.target).replace("bit ", "", 1)
                yield manual(node, enum, f"{meaning}; {INSTEAD}")
