"""Take the names of I/O tensors as they are: they carry no profile.

What changed: the names of the bindings of optimization profile k > 0 ended in ` [profile k]`.
`get_tensor_name`, since TensorRT 8.5, gives the plain name, so there is nothing to cut off, and a
loop over all bindings that passes over names with the suffix is a loop over the I/O tensors.

Before:

    for i in range(engine.num_bindings):
        name = engine.get_binding_name(i)
        if "[profile" in name:
            continue
        print(name)
    print(engine.get_binding_name(1).split(" [profile")[0])

After:

    for i in range(engine.num_io_tensors):
        name = engine.get_tensor_name(i)
        print(name)
    print(engine.get_tensor_name(1))

A test for one profile (`name.endswith("[profile 1]")`) becomes one of the index that the name was
asked for (`i // engine.num_io_tensors == 1`).

Not rewritten when: that index is not at hand, or the code takes the profile out of the name
(`re.search`).

Safety: safe; review where the number of the profile may be 0, whose names had no suffix.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.changes import changes_in, runs_between
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.tensor_counts import tensor_count
from trtmigrate.rewrites.profiles.totals import groups_of_plain_names, totals_of
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rewrites.tensor_names.engine_loops import groups_behind, may_name_other_profile
from trtmigrate.rewrites.tensor_names.suffix_cuts import name_in_cut
from trtmigrate.rewrites.tensor_names.suffix_tests import (
    is_about_suffix,
    is_given_by_engine,
    looks_for_suffix,
    skips_other_profiles,
    split_profile_test,
)
from trtmigrate.rewrites.tensor_names.suffixed_names import assignment_of
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code, walk

RULE = Rule("TRT114", "Profile in the name of a binding", Safety.SAFE)
MEMBER = "ICudaEngine.get_binding_name"
MESSAGE = "the name of an I/O tensor carries no profile"
ASKED = f"{MESSAGE}: tell the profile from the index, or keep it beside the name"


@RULE.scans
def profile_suffix(facts: Facts) -> Iterator[Proposal]:
    if not facts.several_profiles:
        return
    for node in list(facts.values):
        if facts.is_dead(node) or not isinstance(node, cst.BaseExpression):
            continue
        plain = name_in_cut(node, facts)
        if plain is not None and not may_name_other_profile(plain, facts):
            needs = groups_behind(plain, facts)
            edit = Edit({node: plain})
            yield Proposal(node, MEMBER, MESSAGE, Safety.SAFE, edit, needs=needs)
        elif isinstance(node, (cst.Comparison, cst.Call)):
            asked = split_profile_test(node, facts)
            if looks_for_suffix(node, facts) is not None:
                yield _of_test(node, facts)
            elif asked is not None:
                yield _by_index(node, *asked, facts)
            elif _asks(node, facts) or _asks_by_method(node, facts):
                yield manual(node, MEMBER, ASKED)


def _of_plain_names(
    node: cst.CSTNode, edit: Edit, facts: Facts, loop: cst.CSTNode | None = None
) -> Proposal:
    """Propose an edit that needs names without a profile, and a `loop` over one profile."""
    needs = groups_of_plain_names(facts)
    group = totals_of(facts).groups.get(loop) if loop is not None else None
    if group is not None:
        needs |= {group}
    return Proposal(node, MEMBER, MESSAGE, Safety.SAFE, edit, needs=needs)


def _asks(node: cst.BaseExpression, facts: Facts) -> bool:
    if not isinstance(node, cst.Comparison):
        return False
    sides = [node.left, *(target.comparator for target in node.comparisons)]
    return any(is_about_suffix(s) and isinstance(s, cst.SimpleString) for s in sides) and any(
        is_given_by_engine(s, facts) for s in sides
    )


def _asks_by_method(node: cst.BaseExpression, facts: Facts) -> bool:
    """True for `name.find("[profile")` and `re.search(r"\\[profile", name)`."""
    if not isinstance(node, cst.Call):
        return False
    values = [arg.value for arg in node.args]
    if not isinstance(node.func, cst.Attribute) or not any(is_about_suffix(v) for v in values):
        return False
    if is_given_by_engine(node.func.value, facts):
        parent = facts.tree.parent(node)
        return not (isinstance(parent, cst.Subscript) and name_in_cut(parent, facts) is not None)
    return code(node.func).startswith("re.") and any(is_given_by_engine(v, facts) for v in values)


def _of_test(node: cst.BaseExpression, facts: Facts) -> Proposal:
    """Remove a test for the suffix from a loop that wants one profile: its result is known."""
    truth = looks_for_suffix(node, facts)
    test: cst.CSTNode = node
    while isinstance(parent := facts.tree.parent(test), cst.UnaryOperation):
        test = parent
    for up in facts.tree.ancestors(node):
        if isinstance(up, cst.CompFor) and skips_other_profiles(up, facts):
            kept = [c for c in up.ifs if c.test is not test]
            if len(kept) == len(up.ifs) - 1:
                changed = up.with_changes(ifs=kept)
                return _of_plain_names(node, Edit({up: changed}), facts, up)
        if isinstance(up, cst.For) and skips_other_profiles(up, facts):
            edit = fold_condition(node, not truth, facts.tree)
            return _of_plain_names(node, edit, facts, up)
        if isinstance(up, (cst.FunctionDef, cst.Lambda)):
            break
    return manual(node, MEMBER, ASKED)


def _by_index(
    node: cst.BaseExpression, name: cst.BaseExpression, profile: cst.BaseExpression, facts: Facts
) -> Proposal:
    """Test the index of a binding instead of the profile in its name."""
    given = _given_by(name, facts)
    if given is None or (isinstance(profile, cst.Integer) and profile.evaluated_value == 0):
        return manual(node, MEMBER, ASKED)
    use, index = given
    count = tensor_count(use, facts)
    new = expression("{} // {} == {}", index.deep_clone(), count, profile.deep_clone())
    if isinstance(profile, cst.Integer):
        return Proposal(node, MEMBER, MESSAGE, Safety.SAFE, Edit({node: new}))
    message = f"{MESSAGE}, the index tells it; those of profile 0 had no suffix"
    return Proposal(node, MEMBER, message, Safety.REVIEW, Edit({node: new}))


def _given_by(name: cst.BaseExpression, facts: Facts) -> tuple[Use, cst.BaseExpression] | None:
    """Return the use that gave a name, and the index that the name was asked for.

    None if the index may have changed since.
    """
    made = assignment_of(name, facts) if isinstance(name, cst.Name) else None
    source = made.value if made is not None else name
    use = next((u for u in facts.uses if u.whole is source), None)
    if (
        use is None
        or use.member != MEMBER
        or not isinstance(use, CallUse)
        or len(use.call.args) != 1
    ):
        return None
    index = use.call.args[0].value
    scope = facts.tree.function(name) or facts.module
    names = {code(n) for n in walk(index) if isinstance(n, (cst.Name, cst.Attribute))}
    if made is not None:
        for change in changes_in(facts, scope, names):
            if runs_between(facts, change, made, name):
                return None
    return use, index
