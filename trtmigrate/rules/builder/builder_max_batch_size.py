"""Remove the maximum batch size of a builder.

What changed: `Builder.max_batch_size` is gone since TensorRT 10.0 together with implicit batch
(deprecated in 8.4). It had no effect on a network with an explicit batch dimension, as every
network from an ONNX file is.

Before:

    builder = trt.Builder(TRT_LOGGER)
    builder.max_batch_size = 8
    network = builder.create_network(EXPLICIT_BATCH)
    print("building for up to", builder.max_batch_size)

After:

    builder = trt.Builder(TRT_LOGGER)
    network = builder.create_network(EXPLICIT_BATCH)
    print("building for up to", 8)

Not rewritten when: the code reads it, and the value that it assigned before cannot be followed.

Safety: safe where the module shows a network with an explicit batch dimension or an ONNX parser;
review elsewhere: a network with implicit batch needs an optimization profile instead.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.networks import find_networks, is_implicit
from trtmigrate.rewrites.removal.assignments import find_assignment, remove_assignment
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.scopes import binders, comes_before, home
from trtmigrate.syntax.tree import code

INSTEAD = "read the batch size from the input shapes, or from the variable that it was set from"
RULE = Rule(
    "TRT306",
    "Maximum batch size of a builder",
    Safety.SAFE,
    members=("Builder.max_batch_size", "Builder.set_max_batch_size", "Builder.get_max_batch_size"),
    manual={"Builder.get_max_batch_size": INSTEAD},
)
VARIABLE = "batch_limit"
MESSAGE = "Builder.max_batch_size is gone with implicit batch"


@RULE.checks
def builder_max_batch_size(use: Use, facts: Facts) -> Proposal:
    if use.name == "set_max_batch_size":
        edit = remove_assignment(use, facts)
    elif use.name == "get_max_batch_size":
        return manual(use.node, use.member, f"{MESSAGE}; {INSTEAD}")
    elif use.context == "load":
        value = _assigned(use, facts)
        if value is None:
            return manual(use.node, use.member, f"{MESSAGE}; {INSTEAD}")
        edit = Edit({use.node: value.deep_clone()})
    else:
        edit = _as_variable(use, facts) or remove_assignment(use, facts)
    if edit is None:
        return manual(use.node, use.member, f"{MESSAGE}; {INSTEAD}")
    found = list(find_networks(facts))
    if any(is_implicit(n) for n in found):
        message = f"{MESSAGE}; add an optimization profile for the range of batch sizes"
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    if not any(n.explicit or n.from_onnx for n in found):
        message = f"{MESSAGE}; check that the inputs of the network have a batch dimension"
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


def _accesses(use: Use, facts: Facts, context: str) -> list[Use]:
    """Return the reads or writes of the property in the function of a use."""
    scope = home(use.node, facts.tree)
    return [
        other
        for other in facts.uses
        if other.member == use.member
        and other.context == context
        and home(other.node, facts.tree) is scope
    ]


def _assigned(use: Use, facts: Facts) -> cst.BaseExpression | None:
    """Return the number or variable that was assigned above, in the same function."""
    scope = home(use.node, facts.tree)
    stores = _accesses(use, facts, "store")
    statement = find_assignment(stores[0], facts) if len(stores) == 1 else None
    if statement is None or not comes_before(statement, use.node, facts.tree):
        return None
    value = statement.value
    if isinstance(value, cst.Integer):
        return value
    if isinstance(value, cst.Name) and len(binders(value.value, scope, facts.tree)) <= 1:
        return value
    return cst.Name(VARIABLE) if VARIABLE not in facts.tree.names(scope) else None


def _as_variable(use: Use, facts: Facts) -> Edit | None:
    """Keep the value in a variable, if the property is read later and is no plain number."""
    statement = find_assignment(use, facts)
    loads = _accesses(use, facts, "load")
    if statement is None or not any(
        isinstance(value := _assigned(load, facts), cst.Name) and value.value == VARIABLE
        for load in loads
    ):
        return None
    if code(statement.value) == VARIABLE:
        return None
    return Edit({statement.targets[0].target: cst.Name(VARIABLE)})
