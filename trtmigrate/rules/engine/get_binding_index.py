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

Not rewritten when: the object is not known to be an engine; the name carries a profile that is not
known; or the name is the result of a call, and an unknown name needs -1.

An unknown name had the index -1. Where the program may find that out, because it compares, returns
or stores the index, the new code gives -1, too:

    index = tensor_names.index("output") if "output" in tensor_names else -1

Safety: safe; review where the index only serves as a position: an unknown name raises
ValueError now, or TensorRT refuses it where it takes the name itself.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import TensorName, carries_suffix, is_text
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.tensor_counts import tensor_count
from trtmigrate.rewrites.profiles.totals import group_of_names, totals_of
from trtmigrate.rewrites.tensor_names.ask_by_name import OLD_KEYWORDS
from trtmigrate.rewrites.tensor_names.engine_loops import (
    Rounds,
    leaves_loops,
    loops_of,
    may_name_other_profile,
    need_plain_name,
    numbered_loops_of,
)
from trtmigrate.rewrites.tensor_names.index_uses import holds_only_positions, is_only_position
from trtmigrate.rewrites.tensor_names.method_values import kind_of_elements
from trtmigrate.rewrites.tensor_names.name_of_binding import (
    MAY_BE_OF_OTHER,
    PROFILE_UNKNOWN,
    UNPACKED,
    Named,
    again,
    all_names,
    why_no_name,
)
from trtmigrate.rewrites.tensor_names.numbered_loops import Numbered
from trtmigrate.rewrites.tensor_names.sorted_names import sorts_by_index
from trtmigrate.rewrites.tensor_names.suffixed_names import Suffixed, split_suffixed_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.effects import can_repeat
from trtmigrate.syntax.presence import find_presence_test
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT106",
    "Index of a binding",
    Safety.REVIEW,
    members=("ICudaEngine.get_binding_index", "ICudaEngine.__getitem__"),
)
MESSAGE = "an engine no longer gives the index of a name; TensorRT takes the name itself"
RAISES = (
    "an unknown name had the index -1: now the list of names raises ValueError for it, and methods "
    "that take the name itself log an error"
)
PASSED_ON = (
    "the method is passed on without being called: pass a function that looks the name up in the "
    "list of tensor names"
)
SORTED = f"{MESSAGE}; it gives its names in the order of their indexes"
COMPUTED = "assign the name to a variable first, because the new code reads it twice"


@RULE.checks
def get_binding_index(use: Use, facts: Facts) -> Proposal:
    for engine, numbered in numbered_loops_of(facts).items():
        if use.whole in numbered.asked:
            return _number_of_round(use, engine, numbered, facts)
    if isinstance(use.node, cst.Subscript):
        inner = use.node.slice[0].slice
        assert isinstance(inner, cst.Index)
        name = inner.value
        if not is_text(facts.value(name)):
            return manual(use.node, use.member, f"{MESSAGE}; {why_no_name(name, use, facts)}")
    elif not isinstance(use, CallUse):
        return _pass_on(use, facts)
    else:
        arg = argument(use.call, 0, *OLD_KEYWORDS)
        if arg is None:
            return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
        name = arg.value
    if may_name_other_profile(name, facts):
        return manual(use.node, use.member, f"{MESSAGE}; {MAY_BE_OF_OTHER}")
    need_plain_name(name, facts)
    names = all_names(use, facts)
    if not carries_suffix(facts.value(name)):
        return _find(name, names, use, facts)
    parts = split_suffixed_name(name, facts)
    if parts is None or find_presence_test(use.whole, facts.tree) is not None:
        return manual(use.node, use.member, f"{MESSAGE}; {PROFILE_UNKNOWN}")
    return _find_in_profile(parts, names, use, facts)


def _number_of_round(
    use: Use, engine: cst.BaseExpression, numbered: Numbered, facts: Facts
) -> Proposal:
    """Take the number of the round for the index of the name that the round gets."""
    made = numbered.assignment
    goes = made is not None and made.value is use.whole  # TRT112 removes the whole statement
    changes = {} if goes else {use.whole: cst.Name(numbered.counter)}
    group = totals_of(facts).groups.get(engine, group_of_names(engine))
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, Edit(changes), group=group)


def _find(name: cst.BaseExpression, names: Named, use: Use, facts: Facts) -> Proposal:
    """Look for a name among the names of the engine."""
    presence = find_presence_test(use.whole, facts.tree)
    if presence is not None:
        comparison, operator = presence
        new = expression(f"{{}} {operator} {{}}", name, names.node)
        edit = Edit({comparison: new}, lookups=names.lookups)
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
    index = expression("{}.index({})", names.node, name)
    return _put(index, name, names, use, facts)


def _find_in_profile(parts: Suffixed, names: Named, use: Use, facts: Facts) -> Proposal:
    """Look for a name of profile k, whose bindings begin at k times the number of tensors."""
    index = expression("{}.index({})", names.node, parts.name)
    index = expression("{} * {} + {}", parts.profile, tensor_count(use, facts), index)
    return _put(index, parts.name, names, use, facts, parts.remove)


def _put(
    index: cst.BaseExpression,
    name: cst.BaseExpression,
    names: Named,
    use: Use,
    facts: Facts,
    remove: tuple[cst.CSTNode, ...] = (),
) -> Proposal:
    """Put the index in place of the use.

    The index of an unknown name is -1 if the program may look at it.
    """
    if _is_of_engine(name, facts) or is_only_position(_whole(use), facts):
        edit = Edit({use.whole: index}, remove=remove, lookups=names.lookups)
        return Proposal(use.node, use.member, f"{MESSAGE}; {RAISES}", Safety.REVIEW, edit)
    if not can_repeat(name):
        return manual(use.node, use.member, f"{MESSAGE}; {COMPUTED}")
    once_more = again(names)
    known = expression("{} in {}", name.deep_clone(), once_more.node)
    new = expression("{} if {} else -1", index, known)
    edit = Edit({use.whole: new}, remove=remove, lookups=names.lookups + once_more.lookups)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


def _whole(use: Use) -> cst.BaseExpression:
    assert isinstance(use.whole, cst.BaseExpression)
    return use.whole


def _is_of_engine(name: cst.BaseExpression, facts: Facts) -> bool:
    """True if a name comes from an engine, so that it has an index."""
    return isinstance(facts.value(name), TensorName)


def _pass_on(use: Use, facts: Facts) -> Proposal:
    """Look for each name that another function passes to the method."""
    arg = facts.tree.parent(use.node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call):
        return manual(use.node, use.member, f"{MESSAGE}; {PASSED_ON}")
    if sorts_by_index(call, facts):
        return _keep_order(call, use, facts)
    return _find_for_each(call, use, facts)


def _keep_order(call: cst.Call, use: Use, facts: Facts) -> Proposal:
    """Make `list(engine)` of `sorted(engine, key=engine.get_binding_index)`: it gives the names in
    this order.
    """
    engine = call.args[0].value
    rounds = loops_of(facts).get(engine)
    if rounds is None:
        edit = Edit({call: expression("list({})", engine)})
        return Proposal(use.node, use.member, SORTED, Safety.SAFE, edit)
    if rounds is Rounds.CONFLICT:
        return manual(use.node, use.member, f"{MESSAGE}; {MAY_BE_OF_OTHER}")
    group = totals_of(facts).groups.get(engine, group_of_names(engine))
    return Proposal(use.node, use.member, SORTED, Safety.SAFE, Edit({}), group=group)


def _find_for_each(call: cst.Call, use: Use, facts: Facts) -> Proposal:
    """Look for each name of `map(engine.get_binding_index, names)`."""
    if leaves_loops(facts):
        return manual(use.node, use.member, f"{MESSAGE}; {MAY_BE_OF_OTHER}")
    names = all_names(use, facts)
    if kind_of_elements(use, facts) is not None:
        element = facts.element_of(call.args[1].value, call)
        if isinstance(element, TensorName) or holds_only_positions(call, facts):
            edit = Edit({use.node: expression("{}.index", names.node)}, lookups=names.lookups)
            return Proposal(use.node, use.member, f"{MESSAGE}; {RAISES}", Safety.REVIEW, edit)
    once_more = again(names)
    text = "lambda name: {}.index(name) if name in {} else -1"
    new = expression(text, names.node, once_more.node)
    edit = Edit({use.node: new}, lookups=names.lookups + once_more.lookups)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
