"""Go over the names of the I/O tensors where an engine has several optimization profiles.

What changed: `for name in engine` still works in TensorRT 10, by accident, and gives every name
once. In 8.x it gave the bindings of all optimization profiles, those of the later ones with `
[profile k]` appended.

Before:

    sizes = {binding: trt.volume(engine.get_binding_shape(binding)) for binding in engine}
    for binding in engine:
        print(engine.get_binding_dtype(binding))
    context.set_optimization_profile_async(1, stream)

After:

    tensor_names = [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]
    sizes = {binding: trt.volume(engine.get_tensor_shape(binding)) for binding in tensor_names}
    for binding in tensor_names * engine.num_optimization_profiles:
        print(engine.get_tensor_dtype(binding))
    context.set_optimization_profile_async(1, stream)

A loop goes over the tensors once where it only fills a dictionary by name, where the number of its
rounds is divided by the number of profiles, or where it ends with the first profile. Any other loop
goes over them once for each profile, as before.

An expression that only counts names, `len(list(engine))`, becomes the number of I/O tensors, as
`num_bindings` does.

A loop that asks for the index of each name becomes `for i, name in enumerate(...)`, or a loop over
the indexes where it does nothing else with the names.

An engine has no length any more, which `reversed(engine)` needs: it becomes
`reversed(tensor_names)` in all programs.

Not rewritten when: the code shows no sign of several profiles; there a loop gives the same names in
every release. Or the program sees the profile in a name, because it prints, compares,
returns or stores the name.

Safety: safe; review where the loop goes over the tensors once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Lookup, Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.counted_engine import counting_expression
from trtmigrate.rewrites.profiles.tensor_counts import write_count
from trtmigrate.rewrites.profiles.totals import counts_one, group_of_names, totals_of
from trtmigrate.rewrites.tensor_names.engine_loops import Rounds, loops_of, numbered_loops_of
from trtmigrate.rewrites.tensor_names.sorted_names import sorts_by_index
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

MEMBER = "ICudaEngine.__len__"
RULE = Rule("TRT112", "Loop over the bindings of an engine", Safety.REVIEW)
MESSAGE = "a loop over an engine gave the bindings of all profiles; the list has each tensor once"
REPEATED = (
    "a loop over an engine gave the bindings of all profiles; it goes over the tensor names, once "
    "for each profile"
)
FIRST = (
    "an engine gave the names of the bindings of all profiles; the list has those of the first "
    "profile, which alone are read"
)
NUMBERED = (
    "a loop over an engine gave the bindings of all profiles; it goes over the tensor names, once "
    "for each profile, and the number of the round is the index of the binding"
)
INDEXES = (
    "a loop over an engine gave the bindings of all profiles, and only their indexes are read; it "
    "goes over these indexes"
)
COUNTED = (
    "a loop over an engine gave the bindings of all profiles; num_io_tensors counts the I/O "
    "tensors of one profile"
)
CONFLICT = (
    "a loop over an engine gives the names of one profile now, but the program reads the profile "
    "in a name, divides the number of names by the number of profiles, or reads a name at the "
    "index of another profile: write the loop for one profile"
)
REVERSED = "reversed() needs the length of an engine, which is gone; the list of names has a length"
NAMES = "[{}.get_tensor_name(i) for i in range({}.num_io_tensors)]"


@RULE.scans
def engine_iteration(facts: Facts) -> Iterator[Proposal]:
    yield from _reversed_engines(facts)
    groups = totals_of(facts).groups
    for engine, rounds in loops_of(facts).items():
        if rounds is Rounds.CONFLICT:
            yield replace(manual(engine, MEMBER, CONFLICT), group=group_of_names(engine))
            continue
        group = groups.get(engine, group_of_names(engine))
        counted = counting_expression(engine, facts)
        if counted is not None:
            number = write_count(engine, all_profiles=not counts_one(engine, facts))
            edit = Edit({counted: number})
            yield Proposal(engine, MEMBER, COUNTED, Safety.SAFE, edit, group=group)
            continue
        names, lookups = _names_of(engine)
        new: cst.BaseExpression = names
        if rounds not in (Rounds.ONCE, Rounds.FIRST):
            new = expression("{} * {}.num_optimization_profiles", names, engine.deep_clone())
        if rounds is Rounds.NUMBERED:
            edit = _number(engine, new, lookups, facts)
            message = NUMBERED if numbered_loops_of(facts)[engine].reads_name else INDEXES
            yield Proposal(engine, MEMBER, message, Safety.SAFE, edit, group=group)
            continue
        edit = Edit({_whole(engine, facts): new}, lookups=lookups)
        if rounds is Rounds.REPEATED:
            yield Proposal(engine, MEMBER, REPEATED, Safety.SAFE, edit, group=group)
        elif rounds is Rounds.FIRST:
            yield Proposal(engine, MEMBER, FIRST, Safety.SAFE, edit, group=group)
        else:
            yield Proposal(engine, MEMBER, MESSAGE, Safety.REVIEW, edit, group=group)


def _reversed_engines(facts: Facts) -> Iterator[Proposal]:
    """Make `reversed(tensor_names)` of `reversed(engine)`; with several profiles it is a loop."""
    if facts.several_profiles:
        return
    for call in facts.tree.of_kind(cst.Call):
        if facts.value(call.func) != Ref("builtins.reversed") or len(call.args) != 1:
            continue
        engine = call.args[0].value
        if facts.kind(engine) == "ICudaEngine" and not facts.is_dead(call):
            names, lookups = _names_of(engine)
            edit = Edit({engine: names}, lookups=lookups)
            yield Proposal(engine, MEMBER, REVERSED, Safety.SAFE, edit)


def _names_of(engine: cst.BaseExpression) -> tuple[cst.BaseExpression, tuple[Lookup, ...]]:
    """Return the list of the names of an engine, and the look-up in it."""
    names = expression(NAMES, engine.deep_clone(), engine.deep_clone())
    return names, (Lookup(names, engine, None, engine),)


def _number(
    engine: cst.BaseExpression,
    names: cst.BaseExpression,
    lookups: tuple[Lookup, ...],
    facts: Facts,
) -> Edit:
    """Make `for i, name in enumerate(names)` of `for name in engine`, or `for i in range(count)`
    where nothing reads the name.
    """
    numbered = numbered_loops_of(facts)[engine]
    remove = (numbered.assignment,) if numbered.assignment is not None else ()
    if not numbered.reads_name:
        count = write_count(engine, all_profiles=True)
        counter = cst.Name(numbered.counter)
        return Edit(
            {numbered.loop.target: counter, engine: expression("range({})", count)}, remove=remove
        )
    elements = [cst.Element(cst.Name(numbered.counter)), cst.Element(numbered.loop.target)]
    target = cst.Tuple(elements, lpar=[], rpar=[])
    changes: dict[cst.CSTNode, cst.CSTNode] = {
        numbered.loop.target: target,
        engine: expression("enumerate({})", names),
    }
    return Edit(changes, lookups=lookups, remove=remove)


def _whole(engine: cst.BaseExpression, facts: Facts) -> cst.CSTNode:
    """Return the expression to replace by a list of names: the engine, `list(engine)`, or
    `sorted(engine, key=engine.get_binding_index)`.
    """
    arg = facts.tree.parent(engine)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call):
        return engine
    is_list = facts.value(call.func) == Ref("builtins.list")
    return call if is_list or sorts_by_index(call, facts) else engine
