"""Fetches tensor names once where a scope looks them up again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.comments import moved_line
from trtmigrate.editing.edit import NAMES, Edit, Lookup
from trtmigrate.editing.free_names import free_name
from trtmigrate.editing.name_lists import (
    GoesOverAll,
    NamesOfClass,
    StaysInOrder,
    over_engine,
    own_comprehension,
    own_list,
)
from trtmigrate.editing.same_engine import (
    first_statement,
    parts_with_same_engine,
    statements_around,
)
from trtmigrate.outside import NOTHING_OUTSIDE, Outside
from trtmigrate.syntax.effects import has_effect, reads_only
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.steady import SteadyExpressions
from trtmigrate.syntax.templates import expression, statements
from trtmigrate.syntax.tree import Tree, assigned, children, code, walk

IN_LOOP = 2  # from so many look-ups of the loop's own tensor on, its name gets a variable
LIST_NAMES = ("tensor_names", "io_tensor_names")
IN_SCOPE = 3  # from so many look-ups in a scope on, all names are fetched once


def reachable(module: cst.Module, edits: Iterable[Edit]) -> set[cst.CSTNode]:
    """The nodes of the result: originals that are still there and the new ones put in."""
    replace: dict[cst.CSTNode, cst.CSTNode] = {}
    inserted: list[cst.CSTNode] = []
    removed: set[cst.CSTNode] = set()
    for edit in edits:
        for node, new in edit.replace.items():
            replace.setdefault(node, new)
        removed.update(edit.remove)
        for table in (edit.before, edit.after, edit.prepend):
            inserted += [s for added in table.values() for s in added]
    seen: set[cst.CSTNode] = set()
    stack: list[tuple[cst.CSTNode, frozenset[cst.CSTNode]]] = [(module, frozenset())]
    stack += [(s, frozenset()) for s in inserted]
    while stack:
        node, active = stack.pop()
        if node in removed:
            continue
        if node in replace and node not in active:
            stack.append((replace[node], active | {node}))
            continue
        seen.add(node)
        stack += [(child, active) for child in children(node)]
    return seen


def fetch_once(
    tree: Tree,
    edits: Sequence[Edit],
    goes_over_all: GoesOverAll,
    stays_in_order: StaysInOrder,
    outside: Outside = NOTHING_OUTSIDE,
) -> list[Edit]:
    """Further edits that give repeated look-ups a variable.

    `goes_over_all` tells whether the iterable of a loop is the range of all I/O tensors,
    `stays_in_order` whether a list keeps the order that it is made in.
    """
    lookups = _lookups_to_replace(tree, edits)
    if not lookups:
        return []
    of_class = NamesOfClass(tree, goes_over_all, stays_in_order, outside)
    steady = SteadyExpressions(tree, outside)
    more: list[Edit] = []
    names: dict[cst.CSTNode, set[str]] = {}
    for (scope, engine), group in _by_scope(tree, lookups).items():
        taken = names.setdefault(scope, tree.names(scope))
        named, done = over_engine(tree, group, goes_over_all)
        more.append(named)
        group = [one for one in group if one not in done]
        parts = parts_with_same_engine(tree, scope, engine, group, steady)
        if parts != [group] and _need_list(group):
            kept = of_class.attribute(scope, engine)
            if kept is not None:
                more.append(_with_list(tree, kept, group, goes_over_all, edits))
                continue
        fetching = _Fetching(tree, edits, scope, engine, taken, more, steady, of_class)
        for part in parts:
            fetching.fetch(part)
    return more + of_class.edits


def _need_list(lookups: Sequence[Lookup]) -> bool:
    return len(lookups) >= IN_SCOPE or any(one.index is None for one in lookups)


@dataclass
class _Fetching:
    """Fetches the names of one engine for look-ups of a scope."""

    tree: Tree
    edits: Sequence[Edit]
    scope: cst.CSTNode
    engine: str
    taken: set[str]
    more: list[Edit]  # takes the edits
    steady: SteadyExpressions
    of_class: NamesOfClass
    listed: str | None = None  # the variable of the lists

    def fetch(self, group: list[Lookup]) -> None:
        """Fetch the names of look-ups that ask the same engine."""
        tree, more = self.tree, self.more
        over_all = self.of_class.goes_over_all
        group = self._without_own_list(group)
        group = [*group, *_of_loops(tree, group, self.taken, self.edits, more)]
        group = [one for one in group if not any(one.node in edit.replace for edit in more)]
        whole = any(one.index is None for one in group)
        loop = _only_loop(tree, group) if len(group) >= IN_LOOP and not whole else None
        if loop is not None:
            if self._keeps_from_start(loop, group):
                more.append(_name_in_loop(tree, loop, group, self.taken, self.edits))
        elif _need_list(group):
            kept = self.of_class.attribute(self.scope, self.engine)
            if kept is not None:
                more.append(_with_list(tree, kept, group, over_all, self.edits))
                return
            anchor = first_statement(tree, self.scope, group, self.engine, self.steady)
            if anchor is not None:
                self.listed = self.listed or free_name(self.taken, *LIST_NAMES)
                fetch = _names_of_scope(tree, anchor, self.listed, group, over_all, self.edits)
                more.append(fetch)

    def _without_own_list(self, group: list[Lookup]) -> list[Lookup]:
        """Look names up in the list that the program has; return the other look-ups."""
        tree, made = self.tree, self.of_class
        own = own_list(tree, self.scope, self.engine, made.goes_over_all, made.stays_in_order)
        if own is None:
            return group
        group = [one for one in group if tree.parent(one.at) is not own.element]
        later = own.after(tree, group)
        between = statements_around(tree, [own.assignment, *(one.at for one in later)])
        if not self.steady.keeps(self.engine, between[1:] or between):
            return group
        listed = cst.Name(own.name)
        self.more.append(_with_list(tree, listed, later, made.goes_over_all, self.edits))
        return [one for one in group if one not in later]

    def _keeps_from_start(self, loop: cst.For, group: Sequence[Lookup]) -> bool:
        """True if the engine is the same from the start of the block of a loop to all look-ups."""
        first = loop.body.body[0]
        nodes = [first, *(one.at for one in group)]
        return self.steady.keeps(self.engine, statements_around(self.tree, nodes))


def _by_scope(tree: Tree, lookups: Sequence[Lookup]) -> dict[tuple[cst.CSTNode, str], list[Lookup]]:
    """Return the look-ups by the scope that they stand in and by their engine."""
    found: dict[tuple[cst.CSTNode, str], list[Lookup]] = defaultdict(list)
    for lookup in lookups:
        found[(home(lookup.at, tree), code(lookup.engine))].append(lookup)
    return found


def _lookups_to_replace(tree: Tree, edits: Sequence[Edit]) -> list[Lookup]:
    """Return the look-ups that the edits leave in the text.

    An engine that a call makes is asked where it is made, so its look-ups stay.
    """
    found = [one for edit in edits for one in edit.lookups]
    present = reachable(tree.module, edits) if found else ()
    return [one for one in found if one.node in present and not has_effect(one.engine)]


def _only_loop(tree: Tree, lookups: Sequence[Lookup]) -> cst.For | None:
    """Return the loop that all look-ups belong to, if they have the same index."""
    loops = {(_own_loop(tree, one), code(one.index)) for one in lookups if one.index is not None}
    return next(iter(loops))[0] if len(loops) == 1 else None


def _own_loop(tree: Tree, lookup: Lookup) -> cst.For | None:
    """The loop whose counter the index of the look-up is, or is made of."""
    if lookup.index is None:
        return None
    variables = {n.value for n in walk(lookup.index) if isinstance(n, cst.Name)}
    for up in tree.ancestors(lookup.at):
        if isinstance(up, (cst.FunctionDef, cst.Lambda, cst.BaseComp)):
            return None
        if isinstance(up, cst.For):
            targets = {n.value for n in walk(up.target) if isinstance(n, cst.Name)}
            if variables & targets:
                again = any(
                    isinstance(n, (cst.AssignTarget, cst.AugAssign)) and code(n.target) in variables
                    for n in walk(up.body)
                )
                return up if not again and isinstance(up.body, cst.IndentedBlock) else None
    return None


def _name_in_loop(
    tree: Tree,
    loop: cst.For,
    lookups: Sequence[Lookup],
    taken: set[str],
    edits: Sequence[Edit],
) -> Edit:
    first = lookups[0]
    assert first.index is not None
    moved = _own_name(tree, loop, lookups, edits)
    name = moved[0] if moved is not None else free_name(taken, "name", "tensor_name")
    # clones: the originals are replaced where they stand
    fetch = statements(
        f"{name} = {{}}.get_tensor_name({{}})\n",
        first.engine.deep_clone(),
        first.index.deep_clone(),
    )
    if moved is not None:
        fetch = (moved_line(tree, moved[1], fetch[0]),)
    return Edit(
        replace={one.node: cst.Name(name) for one in lookups},
        prepend={loop.body: fetch},
        remove=(moved[1],) if moved is not None else (),
    )


def _of_loops(
    tree: Tree,
    lookups: Sequence[Lookup],
    taken: set[str],
    edits: Sequence[Edit],
    more: list[Edit],
) -> list[Lookup]:
    """A variable for a name that a loop looks up again and again modulo the number of tensors.

    Gives the one look-up that is left in each loop.
    """
    by_loop: dict[tuple[cst.For, str], list[Lookup]] = defaultdict(list)
    for one in lookups:
        loop = _own_loop(tree, one)
        if loop is None or one.index is None:
            continue
        if any(isinstance(n, cst.Modulo) for n in walk(one.index)):
            by_loop[(loop, code(one.index))].append(one)
    left = []
    named: dict[cst.For, set[str]] = {}
    for (loop, _), same in by_loop.items():
        if len(same) < IN_LOOP or len(same) == len(lookups):
            continue
        around = {*tree.ancestors(loop), *walk(loop)}
        used = taken.union(*(names for other, names in named.items() if other in around))
        edit = _name_in_loop(tree, loop, same, used, edits)
        named.setdefault(loop, set()).update(used - taken)
        (fetch,) = edit.prepend[loop.body]
        more.append(edit)
        call = next(n for n in walk(fetch) if isinstance(n, cst.Call))
        index = same[0].index
        assert index is not None
        left.append(Lookup(call, same[0].engine, index.deep_clone(), loop.body))
    taken.update(*named.values())
    return left


def _edited(node: cst.CSTNode, edits: Sequence[Edit]) -> cst.CSTNode:
    """What the edits make of a node."""
    for _ in range(len(edits)):
        new = next((edit.replace[node] for edit in edits if node in edit.replace), None)
        if new is None:
            break
        node = new
    return node


def _own_name(
    tree: Tree, loop: cst.For, lookups: Sequence[Lookup], edits: Sequence[Edit]
) -> tuple[str, cst.CSTNode] | None:
    """The variable that the loop itself gives the name to, and that assignment, if it can stand
    first.
    """
    for one in lookups:
        asked = isinstance(one.at, cst.Attribute) and one.at.attr.value == "get_binding_name"
        statement = tree.small_statement(one.at)
        if not asked or not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            continue
        if _edited(statement.value, edits) is not one.node:
            continue
        target = statement.targets[0].target
        line = tree.parent(statement)
        alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
        if not isinstance(target, cst.Name) or line is None or not alone:
            continue
        if tree.parent(line) is not loop.body:
            continue
        at = tree.order[statement]
        earlier = [
            n
            for n in walk(loop.body)
            if isinstance(n, cst.Name) and n.value == target.value and tree.order[n] < at
        ]
        if not earlier and list(assigned(loop.body)).count(target.value) == 1:
            return target.value, statement
    return None


def _names_of_scope(
    tree: Tree,
    anchor: cst.CSTNode,
    name: str,
    lookups: Sequence[Lookup],
    goes_over_all: GoesOverAll,
    edits: Sequence[Edit],
) -> Edit:
    counter = "index" if "i" in tree.names(lookups[0].engine) else "i"
    engine = lookups[0].engine.deep_clone()
    fetch = statements(
        f"{name} = [{{}}.get_tensor_name({counter}) for {counter} in range({{}}.num_io_tensors)]\n",
        engine,
        engine,
    )
    replace = _with_list(tree, cst.Name(name), lookups, goes_over_all, edits).replace
    return Edit(replace, before={anchor: fetch})


def _with_list(
    tree: Tree,
    names: cst.BaseExpression,
    lookups: Sequence[Lookup],
    goes_over_all: GoesOverAll,
    edits: Sequence[Edit],
) -> Edit:
    """The look-ups in a list of all names; a comprehension that only looks names up goes over the
    list.
    """
    replace: dict[cst.CSTNode, cst.CSTNode] = {}
    rest = list(lookups)
    for comp in {c for one in lookups if (c := own_comprehension(tree, one, goes_over_all))}:
        inside = [one for one in lookups if own_comprehension(tree, one, goes_over_all) is comp]
        counter = code(comp.for_in.target)
        within = {n for one in inside if one.index is not None for n in walk(one.index)}
        others = [n for n in walk(comp) if isinstance(n, cst.Name) and n.value == counter]
        if any(n not in within and n is not comp.for_in.target for n in others):
            continue
        rest = [one for one in rest if one not in inside]
        if _only_lists(comp, inside[0], edits):
            copied = names.deep_clone()
            only_read = reads_only(comp, tree)
            replace[comp] = copied if only_read else expression("list({})", copied)
            continue
        variable = free_name(tree.names(comp) | {code(names)}, "name", "tensor_name")
        replace[comp.for_in.target] = cst.Name(variable)
        replace[comp.for_in.iter] = names.deep_clone()
        replace.update({one.node: cst.Name(variable) for one in inside})
    for one in rest:
        if one.loop is not None and one.over_list is not None:
            replace[one.loop] = one.over_list.visit(_Named(names))  # type: ignore[assignment]
            continue
        listed = names.deep_clone()
        replace[one.node] = listed if one.index is None else expression("{}[{}]", listed, one.index)
    return Edit(replace)


def _only_lists(comp: cst.BaseComp, lookup: Lookup, edits: Sequence[Edit]) -> bool:
    """True for `[engine.get_tensor_name(i) for i in range(n)]`."""
    if not isinstance(comp, cst.ListComp) or comp.for_in.ifs:
        return False
    return _edited(comp.elt, edits) is lookup.node


class _Named(cst.CSTTransformer):
    """Puts the variable of the list in its place."""

    def __init__(self, names: cst.BaseExpression) -> None:
        super().__init__()
        self.names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.names.deep_clone() if original_node.value == NAMES else updated_node
