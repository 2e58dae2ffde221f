"""Report integers whose bits mean other flags in the target.

What changed: TensorRT 10.0 and 11.0 renumbered `NetworkDefinitionCreationFlag`, `BuilderFlag` and
`TacticSource`. TensorRT takes a literal integer without a warning, and sets another flag: bit 7
of a builder's flags was TF32 in 8.6 and is SPARSE_WEIGHTS since 10.0.

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

Not rewritten when: a bit meant other flags in the releases that the program may have been written
for. The finding lists them. Write the enumerators that are meant, and run trtmigrate again.

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
from trtmigrate.rewrites.build.flag_bits import describe_bit, find_changed_bits, has_changed
from trtmigrate.rewrites.build.flag_numbers import find_number, find_numbers, reads_a_name
from trtmigrate.rewrites.build.flag_readers import only_creates_networks
from trtmigrate.rewrites.removal.masks import remove_mask
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument

RULE = Rule(
    "TRT630",
    "Integer that meant other flags",
    Safety.MANUAL,
    gate=("create_network",),
)
INSTEAD = "write the enumerators that are meant, and run trtmigrate again"
ENUMS = {
    ("Builder", "create_network"): "NetworkDefinitionCreationFlag",
    ("IBuilderConfig", "flags"): "BuilderFlag",
    ("IBuilderConfig", "set_tactic_sources"): "TacticSource",
}
_JOINS = (cst.BitOr, cst.Add)


@dataclass(frozen=True)
class Flags:
    """An integer that TensorRT takes as flags of an enum."""

    node: cst.BaseExpression
    enum: str
    number: int
    is_direct: bool = True  # False for one of several numbers that may be given


@RULE.scans
def integer_flags(facts: Facts) -> Iterator[Proposal]:
    for flags in _find_flags(facts):
        changed = find_changed_bits(flags.enum, flags.number, facts.target)
        if not changed:
            continue
        meanings = "; ".join(
            f"bit {describe_bit(flags.enum, bit, facts.target)}" for bit in changed
        )
        if flags.enum == "NetworkDefinitionCreationFlag" and flags.number == 1:
            if not flags.is_direct or not only_creates_networks(flags.node, facts):
                continue  # networks ignore it, and other code may need it
            message = f"{meanings} (ignored): every network has an explicit batch dimension"
            edit = remove_mask(flags.node, facts.tree)
            yield Proposal(flags.node, flags.enum, message, Safety.SAFE, edit)
        else:
            yield manual(flags.node, flags.enum, f"{meanings}; {INSTEAD}")
    yield from _find_made_from_integers(facts)


def _find_flags(facts: Facts) -> Iterator[Flags]:
    """Yield the literal integers that TensorRT takes as flags, or may take."""
    found: set[cst.CSTNode] = set()
    for read in facts.reads.values():
        enum = _find_enum(read)
        node = _find_given(read, facts) if enum is not None else None
        if enum is None or node is None or read.dead:
            continue
        direct = set(_find_terms(_resolve(node, facts), facts))
        for term in [*direct, *(n for n in find_numbers(node, facts) if n not in direct)]:
            number = find_number(term, facts)
            if number is not None and term not in found:
                found.add(term)
                yield Flags(term, enum, number, term in direct)


def _find_enum(read: Read) -> str | None:
    owner = read.owner
    return ENUMS.get((owner.cls, read.member)) if isinstance(owner, Instance) else None


def _find_given(read: Read, facts: Facts) -> cst.BaseExpression | None:
    """Return the argument or the assigned value; for a variable, the value that it was assigned."""
    parent = facts.tree.parent(read.node)
    if isinstance(parent, cst.Call) and parent.func is read.node:
        arg = argument(parent, 0, "flags", "tactic_sources")
        return arg.value if arg is not None else None
    statement = facts.tree.parent(parent) if isinstance(parent, cst.AssignTarget) else parent
    if isinstance(statement, (cst.Assign, cst.AugAssign)) and statement.value is not read.node:
        return statement.value
    return None


def _resolve(node: cst.BaseExpression, facts: Facts) -> cst.BaseExpression:
    """Return the value of a variable that the module assigns once; else the expression itself."""
    if not isinstance(node, cst.Name):
        return node
    found = [
        assign.value
        for assign in facts.tree.of_kind(cst.Assign)
        if any(
            isinstance(t.target, cst.Name) and t.target.value == node.value for t in assign.targets
        )
    ]
    return found[0] if len(found) == 1 else node


def _find_terms(node: cst.BaseExpression, facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield the literal integers that an expression joins by `|` or `+`."""
    pending, seen = [node], set[cst.BaseExpression]()
    while pending:
        part = pending.pop()
        if part in seen:
            continue  # `flags = flags | 1` is made from itself
        seen.add(part)
        if not reads_a_name(part):
            yield part
        elif isinstance(part, cst.BinaryOperation) and isinstance(part.operator, _JOINS):
            pending += [_resolve(part.right, facts), _resolve(part.left, facts)]


def _find_made_from_integers(facts: Facts) -> Iterator[Proposal]:
    """Find `trt.BuilderFlag(7)`."""
    for node in facts.tree.of_kind(cst.Call):
        if len(node.args) != 1:
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
            if has_changed(enum, given.value, facts.target):
                meaning = describe_bit(enum, given.value, facts.target)
                yield manual(node, enum, f"{meaning}; {INSTEAD}")
