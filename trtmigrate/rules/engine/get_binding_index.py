"""Find the index of an I/O tensor where a program still needs one.

What changed: `ICudaEngine.get_binding_index` and `engine["name"]` are gone since TensorRT 10.0; the
tensor API takes names. Where the index only served to ask TensorRT, it goes; where the program's
own lists are indexed with it, it is looked up among the names.

Before:

    index = engine.get_binding_index("output")
    bindings[index] = int(d_output)

After:

    tensor_names = [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]
    index = tensor_names.index("output")
    bindings[index] = int(d_output)

A name that carries a profile, as in `get_binding_index(f"x [profile {k}]")`, has its index in that
profile: `k * engine.num_io_tensors + tensor_names.index("x")`.

Not rewritten when: the object cannot be told to be an engine, or the name carries a profile that
cannot be followed.

Safety: review where the index is kept: an unknown name gave -1 and raises ValueError now.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import carries_suffix, is_text
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.tensor_counts import tensor_count
from trtmigrate.rewrites.profiles.totals import may_name_other_profile
from trtmigrate.rewrites.tensor_names.ask_by_name import OLD_KEYWORDS
from trtmigrate.rewrites.tensor_names.method_values import handed_over
from trtmigrate.rewrites.tensor_names.name_of_binding import (
    NOT_FOLLOWED,
    UNPACKED,
    Named,
    again,
    all_names,
    argument,
)
from trtmigrate.rewrites.tensor_names.suffixed_names import followed
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code, walk

RULE = Rule(
    "TRT106",
    "Index of a binding",
    Safety.REVIEW,
    members=("ICudaEngine.get_binding_index", "ICudaEngine.__getitem__"),
)
MESSAGE = "an engine no longer gives the index of a name; TensorRT is asked with the name itself"


@RULE.checks
def get_binding_index(use: Use, facts: Facts) -> Proposal:
    if isinstance(use.node, cst.Subscript):
        inner = use.node.slice[0].slice
        assert isinstance(inner, cst.Index)
        name = inner.value
        if not is_text(facts.value(name)):
            return manual(use.node, use.member, f"{MESSAGE}; {NOT_FOLLOWED}")
    elif not isinstance(use, CallUse):
        return _as_value(use, facts)
    else:
        arg = argument(use.call, 0, *OLD_KEYWORDS)
        if arg is None:
            return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
        name = arg.value
    if may_name_other_profile(name, facts):
        return manual(use.node, use.member, f"{MESSAGE}; the name may be of another profile")
    names = all_names(use, facts)
    if carries_suffix(facts.value(name)):
        return _of_other_profile(name, names, use, facts)
    presence = _presence(use.whole, facts)
    if presence is not None:
        comparison, operator = presence
        new = expression(f"{{}} {operator} {{}}", name, names.node)
        edit = Edit({comparison: new}, lookups=names.lookups)
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
    new = expression("{}.index({})", names.node, name)
    lookups = names.lookups
    if _is_tested(use, facts):
        once_more = again(names)
        known = expression("{} in {}", name.deep_clone(), once_more.node)
        new = expression("{} if {} else -1", new, known)
        lookups += once_more.lookups
    edit = Edit({use.whole: new}, lookups=lookups)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)


def _of_other_profile(name: cst.BaseExpression, names: Named, use: Use, facts: Facts) -> Proposal:
    """The tensors of profile k had indexes from k times their number on."""
    parts = followed(name, facts)
    if parts is None or _presence(use.whole, facts) or _is_tested(use, facts):
        return manual(use.node, use.member, f"{MESSAGE}; the index belongs to another profile")
    index = expression("{}.index({})", names.node, parts.name)
    count = tensor_count(use, facts)
    new = expression("{} * {} + {}", parts.profile, count, index)
    edit = Edit({use.whole: new}, remove=parts.remove, lookups=names.lookups)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)


def _presence(node: cst.CSTNode, facts: Facts) -> tuple[cst.CSTNode, str] | None:
    """The comparison that only asks whether there is an index, and what to ask instead."""
    parent = facts.tree.parent(node)
    if not isinstance(parent, cst.Comparison) or parent.left is not node:
        return None
    if len(parent.comparisons) != 1:
        return None
    target = parent.comparisons[0]
    kind = (type(target.operator).__name__, code(target.comparator))
    if kind in (("NotEqual", "-1"), ("GreaterThanEqual", "0"), ("GreaterThan", "-1")):
        return parent, "in"
    if kind in (("Equal", "-1"), ("LessThan", "0"), ("LessThanEqual", "-1")):
        return parent, "not in"
    return None


def _is_tested(use: Use, facts: Facts) -> bool:
    """Whether the variable that takes the index is compared to see if there is one."""
    statement = facts.tree.parent(use.whole)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return False
    name = code(statement.targets[0].target)
    scope = facts.tree.function(use.node) or facts.module
    return any(
        isinstance(n, (cst.Name, cst.Attribute)) and code(n) == name and _presence(n, facts)
        for n in walk(scope)
    )


def _as_value(use: Use, facts: Facts) -> Proposal:
    if handed_over(use, facts) is None:
        return manual(use.node, use.member, f"{MESSAGE}; the method is handed over as a value")
    names = all_names(use, facts)
    edit = Edit({use.node: expression("{}.index", names.node)}, lookups=names.lookups)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
