"""Count tensors without the functions of Polygraphy that count bindings.

What changed: `get_bindings_per_profile` and `get_active_profile_bindings` of
`polygraphy.backend.trt.util` read `ICudaEngine.num_bindings`, which is gone since TensorRT 10.0.
Newer releases of Polygraphy do not have them. An engine has `num_io_tensors` for each profile. The
functions that make metadata from a range of bindings ask the engine about bindings, too.

Before:

    from polygraphy.backend.trt import util as trt_util
    count = trt_util.get_bindings_per_profile(engine)
    start, end = trt_util.get_active_profile_bindings(context)
    print(count, start, end)

After:

    count = engine.num_io_tensors
    start = context.active_optimization_profile * context.engine.num_io_tensors
    end = start + context.engine.num_io_tensors
    print(count, start, end)

A variable of such an assignment that nothing reads after the migration goes, too.

Not rewritten when: the function is passed on as a value, its arguments are unpacked, or it makes
metadata.

Safety: safe.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument, unpacks
from trtmigrate.syntax.effects import can_repeat
from trtmigrate.syntax.scopes import home, loads, seen_from_within
from trtmigrate.syntax.templates import expression, small_statement

COUNT = "get_bindings_per_profile"
RANGE = "get_active_profile_bindings"
METADATA = (
    "add_binding_to_metadata",
    "get_input_metadata_from_engine",
    "get_output_metadata_from_engine",
)
NEEDS = "ICudaEngine.num_bindings"
RULE = Rule(
    "TRT117",
    "Polygraphy's functions for bindings",
    Safety.SAFE,
    gate=(COUNT, RANGE, *METADATA),
)
_MODULE = "polygraphy.backend.trt.util"
_MESSAGES = {
    COUNT: f"{COUNT} reads num_bindings, which is gone; use num_io_tensors",
    RANGE: f"{RANGE} reads num_bindings, which is gone; multiply num_io_tensors by the profile",
    **dict.fromkeys(
        METADATA,
        "this function of Polygraphy asks the engine about bindings, which are gone; ask for "
        "get_tensor_shape and get_tensor_dtype of each name",
    ),
}
_CALL = "call it with its arguments one by one, so that the call can be rewritten"
_VARIABLE = "assign the context to a variable first, because the new code reads it twice"


@RULE.scans
def polygraphy_bindings(facts: Facts) -> Iterator[Proposal]:
    if NEEDS not in facts.missing:
        return
    for kind in (cst.Name, cst.Attribute):
        for node in facts.tree.of_kind(kind):
            function = _function(node, facts)
            if function is not None and not facts.is_dead(node):
                yield _propose(node, function, facts)


def _function(node: cst.BaseExpression, facts: Facts) -> str | None:
    """Return which function of Polygraphy an expression is; None for all others."""
    value = facts.value(node)
    if not isinstance(value, Ref):
        return None
    module, _, name = value.name.rpartition(".")
    if module != _MODULE or name not in _MESSAGES:
        return None
    imported = isinstance(facts.tree.parent(node), (cst.ImportAlias, cst.AsName, cst.ImportFrom))
    return None if imported or facts.is_target(node) else name


def _propose(node: cst.BaseExpression, function: str, facts: Facts) -> Proposal:
    member, message = f"{_MODULE}.{function}", _MESSAGES[function]
    call = facts.tree.parent(node)
    if function in METADATA:
        return manual(node, member, message)
    if not isinstance(call, cst.Call) or call.func is not node or unpacks(call):
        return manual(node, member, f"{message}; {_CALL}")
    place, keyword = (0, "engine") if function == COUNT else (len(call.args) - 1, "context")
    given = argument(call, place, keyword)
    if given is None:
        return manual(node, member, f"{message}; {_CALL}")
    if function == COUNT:
        edit = Edit({call: expression("{}.num_io_tensors", given.value)})
    elif can_repeat(given.value):
        edit = _range(call, given.value, facts)
    else:
        return manual(node, member, f"{message}; {_VARIABLE}")
    return Proposal(node, member, message, Safety.SAFE, edit)


def _range(call: cst.Call, context: cst.BaseExpression, facts: Facts) -> Edit:
    """Return the edit that computes the first binding of the active profile, and the first binding
    after it, as far as code reads them.
    """
    profile, count = "{}.active_optimization_profile", "{}.engine.num_io_tensors"
    start = expression(f"{profile} * {count}", context, context)
    following = expression(f"({profile} + 1) * {count}", context, context)
    statement = facts.tree.parent(call)
    names = _unpacked(statement, facts)
    if names is None or not isinstance(statement, cst.Assign):
        return Edit({call: expression("({}, {})", start, following)})
    first, second = names
    lines: list[cst.BaseSmallStatement] = []
    if _is_read(first, facts):
        lines.append(small_statement("{} = {}\n", first, start))
        following = expression(f"{{}} + {count}", first, context)
    if _is_read(second, facts):
        lines.append(small_statement("{} = {}\n", second, following))
    if not lines:
        return Edit(remove=(statement,))
    return Edit({statement: lines[0]}, after={statement: tuple(lines[1:])})


def _unpacked(statement: cst.CSTNode | None, facts: Facts) -> tuple[cst.Name, cst.Name] | None:
    """Return the two different variables that an assignment unpacks into."""
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0].target
    names = [e.value for e in target.elements] if isinstance(target, cst.Tuple) else []
    if len(names) != 2:
        return None
    first, second = names
    if not isinstance(first, cst.Name) or not isinstance(second, cst.Name):
        return None
    return (first, second) if first.value != second.value else None


def _is_read(name: cst.Name, facts: Facts) -> bool:
    """True if code can read a variable: in its function, from within, or as a global variable."""
    scope = home(name, facts.tree)
    if loads(name.value, scope, facts.tree) or seen_from_within(name.value, scope, facts.tree):
        return True
    return isinstance(scope, cst.Module) and facts.outside.reaches(name.value)
