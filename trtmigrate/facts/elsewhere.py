"""The other modules of a run: interpreted by need, each at a depth.

What a module imports is asked of that module, interpreted one step less deep; at depth 0 a module
knows nothing of others. So the answer depends neither on the order of the files nor on where a
circle of imports is entered.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import replace

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.domain.evidence import blur
from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.values import (
    CONFLICT,
    UNKNOWN,
    Instance,
    Items,
    Number,
    Ref,
    Table,
    TensorName,
    Text,
    UserInstance,
    Value,
)
from trtmigrate.facts.interpreter.interpret import interpret
from trtmigrate.facts.interpreter.state import Given, State
from trtmigrate.facts.models import name_hints
from trtmigrate.facts.profile_signs import may_show_several_profiles, shows_several_profiles
from trtmigrate.facts.reads import Read
from trtmigrate.outside import Modules, Outside
from trtmigrate.syntax.parse import ParseError, parse
from trtmigrate.syntax.tree import Tree, walk

DEPTH = 3  # what comes through a longer chain of imports is not known
_OPEN = Outside(names_all=True)  # other modules may be used by anybody
_PLACE = "<{}>"  # how every module of the run can name a module


class Elsewhere:
    """The modules that one module imports, as it names them."""

    def __init__(self, modules: Modules, path: str, release: str, depth: int) -> None:
        self._modules = modules
        self._imports = modules.imports.get(path, {}) if depth else {}
        self._release = release
        self._depth = depth

    def find(self, name: str) -> tuple[State, str] | None:
        """Return the module that a dotted name leads to and what is left of the name: nothing, or
        the name of something in the module.
        """
        place = self._place(name)
        if place is None or "." in place[1]:
            return None
        path, rest = place
        depth = min(self._depth - 1, _height(self._modules, path, self._depth - 1))
        state = _interpreted(self._modules, path, self._release, depth)
        return (state, rest) if state is not None else None

    def known_as(self, name: str) -> str:
        """Return a dotted name as every module of the run understands it."""
        place = self._place(name)
        if place is None:
            return name
        path, rest = place
        return ".".join([_PLACE.format(path), *([rest] if rest else [])])

    def leads_on(self, name: str) -> bool:
        """True if a dotted name leads to a module of the run, or to something in it."""
        return self._place(name) is not None

    def _place(self, name: str) -> tuple[str, str] | None:
        """Return the path of the module that a name begins with, and the rest of the name."""
        if self._depth and name.startswith("<"):
            path, _, rest = name[1:].partition(">")
            return (path, rest.lstrip(".")) if path in self._modules.texts else None
        if not self._imports:
            return None
        module, rest = name, ""
        while module.strip("."):
            if module in self._imports:
                return self._imports[module], rest
            module, _, last = module.rpartition(".")
            rest = f"{last}.{rest}".rstrip(".")
        if name.startswith(".") and module + "." in self._imports:
            return self._imports[module + "."], rest
        return None


def leaves_doubt(state: State, missing: Mapping[str, api.Missing], modules: Modules) -> bool:
    """True if a module reads a member that may be one that the target lacks, and does not show the
    class of its object; if it reads TensorRT by a name that it does not show to be TensorRT's; or
    if it tests what another module of the run gives, which may be the release.
    Then the other modules are asked; mostly they need not be read.
    """
    names = {member.rpartition(".")[2] for member in missing}
    classes = {member for member in missing if member[:1].isupper() and "." not in member}

    def is_doubtful(read: Read) -> bool:
        if read.member in names and name_hints.may_tell(read.member):
            return not _is_shown(read.owner)
        is_rare = read.member in names and name_hints.is_rare(read.member)
        return read.owner is UNKNOWN and (is_rare or read.member in classes)

    return (
        state.assumes_tensorrt
        or any(map(is_doubtful, state.reads.values()))
        or _tests_what_others_give(state, modules)
    )


def _tests_what_others_give(state: State, modules: Modules) -> bool:
    others = elsewhere(modules, state.release)
    tests = [branch.test for branch in state.tree.of_kind(cst.If)]
    tests += [choice.test for choice in state.tree.of_kind(cst.IfExp)]
    values = (state.value(node) for test in tests for node in walk(test))
    return any(isinstance(value, Ref) and others.leads_on(value.name) for value in values)


def _is_shown(owner: Value) -> bool:
    if isinstance(owner, Instance):
        return not owner.guessed
    return isinstance(owner, Ref) and owner.name.split(".")[0] in ("tensorrt", "builtins")


def show_several_profiles(modules: Modules) -> bool:
    """True if a module of the run that a module has to do with shows several profiles."""
    return any(
        path != modules.path and may_show_several_profiles(text) and _shows(text)
        for path, text in modules.texts.items()
    )


@functools.lru_cache(maxsize=4096)  # of a text: each file of a run asks about the same others
def _shows(text: str) -> bool:
    try:
        return shows_several_profiles(Tree(parse(text)))
    except (ParseError, RecursionError):
        return False


def elsewhere(modules: Modules, release: str) -> Elsewhere:
    """Return the modules that a module imports."""
    return Elsewhere(modules, modules.path, release, DEPTH)


def given_to(tree: Tree, modules: Modules, release: str) -> Given:
    """Return what the modules that import a module give to its functions and classes, as far as
    they agree.
    """
    given = Given()
    here = _definitions(tree)
    was = _tree(modules, modules.path) if modules.importers else None
    if was is None:
        return given
    named = {node: here[name] for name, node in _definitions(was).items() if name in here}
    for importer in modules.importers:
        state = _interpreted(modules, importer, release, DEPTH)
        if state is None:
            continue
        for table, mine in ((state.known.params, given.params), (state.known.attrs, given.attrs)):
            for (node, name), value in table.items():
                kind = _kind(value, was)
                if node in named and kind is not UNKNOWN:
                    key = (named[node], name)
                    mine[key] = join(mine.get(key, kind), kind)
                    if isinstance(kind, UserInstance) and state not in given.givers:
                        given.givers.append(state)
    for mine in (given.params, given.attrs):
        for key in [key for key, value in mine.items() if value == CONFLICT]:
            del mine[key]
    return given


def _kind(value: Value, tree: Tree) -> Value:
    """Return what kind of object a module gives; UNKNOWN for what tells too little."""
    if isinstance(value, Instance):
        return Instance(value.cls) if not value.guessed else UNKNOWN
    if isinstance(value, UserInstance):
        return value if value.cls.node not in tree.order else UNKNOWN
    if isinstance(value, Items):
        element = _kind(value.element, tree)
        return Items(element) if element is not UNKNOWN else UNKNOWN
    if isinstance(value, Table):
        held = _kind(value.value, tree)
        return Table(blur(value.key), held) if held is not UNKNOWN else UNKNOWN
    kind = blur(value)
    if isinstance(kind, TensorName):
        kind = replace(kind, engine=None)
    return kind if isinstance(kind, (Text, TensorName, Number)) else UNKNOWN


def _definitions(tree: Tree) -> dict[str, cst.CSTNode]:
    """Return the functions and classes of a module by their dotted names; of those that are defined
    twice, none.
    """
    found: dict[str, cst.CSTNode] = {}
    twice: set[str] = set()
    nodes: list[cst.FunctionDef | cst.ClassDef] = [*tree.of_kind(cst.FunctionDef)]
    for node in [*nodes, *tree.of_kind(cst.ClassDef)]:
        name = ".".join(reversed([node.name.value, *_around(node, tree)]))
        twice.update({name} & found.keys())
        found[name] = node
    return {name: node for name, node in found.items() if name not in twice}


def _around(node: cst.CSTNode, tree: Tree) -> Iterator[str]:
    for up in tree.ancestors(node):
        if isinstance(up, (cst.FunctionDef, cst.ClassDef)):
            yield up.name.value


def _height(modules: Modules, path: str, most: int) -> int:
    """Return how deep the imports of a module go: deeper, nothing more comes to be known."""
    if most <= 0:
        return 0
    targets = set(modules.imports.get(path, {}).values())
    return max((1 + _height(modules, target, most - 1) for target in targets), default=0)


@functools.lru_cache(maxsize=64)  # modules of one run, which many files import
def _interpreted(modules: Modules, path: str, release: str, depth: int) -> State | None:
    """Return the interpretation of a module; None if it cannot be read."""
    tree = _tree(modules, path)
    if tree is None:
        return None
    others = Elsewhere(modules, path, release, depth)
    try:
        state = interpret(tree, release, shows_several_profiles(tree), _OPEN, others, Given())
    except RecursionError:
        return None
    state.forget_nodes()  # only the summaries are asked for
    return state


@functools.lru_cache(maxsize=64)
def _tree(modules: Modules, path: str) -> Tree | None:
    try:
        return Tree(parse(modules.texts[path]))
    except (ParseError, RecursionError):
        return None
