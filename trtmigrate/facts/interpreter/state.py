"""The memory of the interpreter: scopes, what is known across functions, and what it noted."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import libcst as cst

from trtmigrate.facts.domain.evidence import blur
from trtmigrate.facts.domain.joins import rebrand
from trtmigrate.facts.domain.polynomials import Atom, Poly
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Function,
    Imported,
    Instance,
    Items,
    Origin,
    Partial,
    Table,
    UserClass,
    UserInstance,
    Value,
)
from trtmigrate.facts.interpreter.observed import Observed
from trtmigrate.facts.interpreter.summaries import Env, Summaries
from trtmigrate.facts.models.api_generations import ApiGenerations
from trtmigrate.facts.reads import Read
from trtmigrate.outside import Outside
from trtmigrate.syntax.openness import is_open
from trtmigrate.syntax.tree import Tree, code, has_decorator, parameters

NO_KEYWORDS: Mapping[str, Value] = {}


@dataclass
class Frame:
    """One running scope.

    Its variables are copied on write: a snapshot is the mapping itself, until the next change.
    """

    node: cst.CSTNode
    env: Env
    outer: Frame | None = None
    cls: UserClass | None = None  # the class around a method
    dead: int = 0  # > 0 within code that the target never reaches
    exits: bool = False  # the statements that follow are not reached
    comprehended: int = 0  # > 0 within a comprehension, whose variables are its own
    _own: dict[str, Value] | None = None  # `env`, as long as nobody else has it

    def set(self, name: str, value: Value) -> None:
        """Bind a variable."""
        if self._own is None or self._own is not self.env:
            self._own = dict(self.env)
            self.env = self._own
        self._own[name] = value

    def snapshot(self) -> Env:
        """Return the variables as they are now."""
        self._own = None
        return self.env


class OtherModules(Protocol):
    """The other modules of the run, as a module names them."""

    def find(self, name: str) -> tuple[State, str] | None:
        """Return the module that a dotted name leads to and what is left of the name."""

    def known_as(self, name: str) -> str:
        """Return a dotted name as every module of the run understands it."""


@dataclass
class Given:
    """What other modules give to a module: the arguments of its functions, and attributes of the
    objects of its classes.
    """

    params: dict[tuple[cst.CSTNode, str], Value] = field(default_factory=dict)
    attrs: dict[tuple[cst.CSTNode, str], Value] = field(default_factory=dict)
    givers: list[State] = field(default_factory=list)  # the modules whose classes are among them


class State:
    """The memory of the abstract interpretation of one module."""

    frame: Frame

    def __init__(
        self,
        tree: Tree,
        release: str,
        several_profiles: bool,
        outside: Outside,
        others: OtherModules,
        given: Given,
    ) -> None:
        self.tree = tree
        self.outside = outside
        self.others = others
        self.given = given
        self.linked: set[State] = set()  # the modules whose summaries `known` has, too
        self.release = release  # version tests are folded as on this full release
        self.several_profiles = several_profiles
        self.known = Summaries()
        self.generations = ApiGenerations(tree)
        self.functions = {node.name.value for node in tree.of_kind(cst.FunctionDef)}
        self.values: dict[cst.CSTNode, Value] = {}
        self.reads: dict[cst.CSTNode, Read] = {}
        self.doubted: set[cst.CSTNode] = set()  # reads of what may be TensorRT's or the module's
        self.dead: set[cst.CSTNode] = set()
        self.for_old_release: set[cst.CSTNode] = set()  # functions and classes, found at the end
        self.bases: dict[cst.CSTNode, tuple[Value, ...]] = {}
        self.declared_global: dict[cst.CSTNode, set[str]] = {}
        self.imports_tensorrt = False
        self.imports_all = False  # `from tensorrt import *`
        self.assumes_tensorrt = False  # by the name `trt`, which may come with a star
        self.text_comparisons: dict[cst.CSTNode, bool] = {}  # of releases, with their meaning
        self.rounds: dict[Atom, Poly | None] = {}  # how often the loop of a counter goes round
        self._seen_rounds: Observed[Atom] = Observed()
        self._texts: dict[cst.CSTNode, str] = {}  # the source of nodes, which is slow to make

    def begin_round(self, *, forget: bool) -> None:
        """Begin a round over the module; see `Known.begin_round`."""
        self.known.begin_round(forget=forget)
        self._seen_rounds.forget()
        self._at_begin = self._beside_summaries()
        self.forget_nodes()

    def would_be_found_again(self) -> bool:
        """True if a further round would find the same, because it would see what this round saw."""
        is_same = self._at_begin == self._beside_summaries()
        rounds = self._seen_rounds.would_be(self.rounds.get)
        return is_same and rounds and self.known.would_be_found_again()

    def _beside_summaries(self) -> tuple[object, ...]:
        """Return what rounds find out and is compared as a whole: it seldom changes."""
        known = self.known
        declared = {scope: frozenset(names) for scope, names in self.declared_global.items()}
        places = (dict(known.guesses), set(known.doubted), dict(known.callbacks))
        changing = (set(known.moved), set(known.shared))
        return (*places, *changing, declared, dict(self.bases), self.imports_all, len(self.linked))

    def forget_nodes(self) -> None:
        """Forget what is noted anew in every round about the nodes of the module."""
        self.values.clear()
        self.reads.clear()
        self.doubted.clear()
        self.dead.clear()

    def value(self, node: cst.CSTNode) -> Value:
        """Return what an expression is."""
        return self.values.get(node, UNKNOWN)

    # names and places

    def lookup(self, name: str) -> tuple[Value | None, cst.CSTNode]:
        """Return the value of a name and the scope it lives in; None if nothing defines it."""
        value = self.frame.env.get(name)
        if value is not None:
            return value, self._home_of(name)
        frame = self.frame.outer
        while frame is not None:
            if frame.node is not self.tree.module:
                value = self.known.at_end(frame.node, name, frame.env)
                if value is not None:
                    return value, frame.node
            frame = frame.outer
        return self.of_module(name), self.tree.module

    def _home_of(self, name: str) -> cst.CSTNode:
        """Return the scope of a variable in sight; a lambda has the variables around it, too."""
        frame = self.frame
        while type(frame.node) is cst.Lambda and frame.outer is not None:
            if any(param.name.value == name for param in parameters(frame.node)):
                break
            frame = frame.outer
        return frame.node

    def of_module(self, name: str) -> Value | None:
        """Return what a function sees in a variable of the module; None if there is none."""
        value = self.known.globals.get(name)
        if value is None:
            return None
        for names in self.declared_global.values():
            if name in names:
                value = blur(value)  # a function assigns it, and it may have run before
                break
        value = self.as_others_leave_it(name, value)
        return rebrand(value, ("global", name))

    def set_global(self, name: str, value: Value) -> None:
        """Note an assignment at the top of the module.

        Functions see a variable of the module as the join of all its assignments.
        """
        own = self.frame.dead or self.frame.comprehended
        if self.frame.node is self.tree.module and not own:
            self.known.add_global(name, value)

    def place(self, node: cst.CSTNode) -> Hashable:
        """Return the variable, attribute or expression that a guess is about."""
        if type(node) is cst.Name:
            return (self.lookup(node.value)[1], node.value)
        if type(node) is cst.Attribute:
            base = self.values.get(node.value, UNKNOWN)
            if isinstance(base, UserInstance):
                return (base.cls.node, node.attr.value)
        return (self._scope_of(node), self._text(node))

    def _scope_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """Return the scope in which an expression stands for the same thing wherever it is written:
        the class around, or where the variable lives that it begins with.
        """
        if self.frame.cls is not None:
            return self.frame.cls.node
        while type(node) is cst.Attribute or type(node) is cst.Subscript:
            node = node.value
        return self.lookup(node.value)[1] if type(node) is cst.Name else self.frame.node

    def _text(self, node: cst.CSTNode) -> str:
        text = self._texts.get(node)
        if text is None:
            text = self._texts[node] = code(node)
        return text

    # notes

    def correct(self, node: cst.CSTNode, value: Value) -> None:
        """Note what an expression is after all, for what is done with it."""
        self.values[node] = value

    def note_read(
        self, node: cst.CSTNode, owner: Value, member: str, env: Env | None = None
    ) -> None:
        """Note that `node` reads or writes a member of `owner`."""
        seen = env if env is not None else self.frame.snapshot()
        self.reads[node] = Read(node, owner, member, seen, bool(self.frame.dead))

    def note_use(self, node: cst.CSTNode, member: str) -> None:
        """Note that the unknown object at `node` is used as if it had a member."""
        self.known.uses[self.place(node)].add(member)

    def note_rounds(self, loop: Hashable, rounds: Poly | None) -> None:
        """Note how often a loop goes round."""
        self.rounds[Atom("counter", loop)] = rounds

    def rounds_of(self, counter: Atom) -> Poly | None:
        """Return how often the loop of a counter goes round; None if that is not known."""
        rounds = self.rounds.get(counter)
        self._seen_rounds.note(counter, rounds)
        return rounds

    def note_moved(self, value: Value) -> None:
        """Note that elements of a list get other places; the list may have several names."""
        if isinstance(value, Items) and value.counter is not None:
            self.known.moved.add(value.counter)

    def is_moved(self, counter: Hashable) -> bool:
        """True if a list of what the rounds of a loop made may be in another order."""
        return counter in self.known.moved

    # guesses

    def guessed(self, value: Value, place: Hashable) -> Value:
        """Return the value, or what its uses show if nothing else shows it."""
        if value is UNKNOWN or (isinstance(value, Const) and value.value is None):
            return self.known.guesses.get(place, value)
        return value

    def guessed_at(self, node: cst.CSTNode, value: Value) -> Value:
        """Return the value of an expression, or what its uses show if nothing else shows it."""
        guesses = self.known.guesses
        if guesses and (value is UNKNOWN or (isinstance(value, Const) and value.value is None)):
            return guesses.get(self.place(node), value)
        return value

    def expect(self, node: cst.CSTNode, cls: str) -> None:
        """Note that `node` is given to something that takes only objects of a TensorRT class."""
        if self.values.get(node, UNKNOWN) is UNKNOWN:
            place = self.place(node)
            self.known.guesses.setdefault(place, Instance(cls, ("place", place), guessed=True))

    # functions that others call

    def hand_over(
        self, value: Value, args: Sequence[Value], keywords: Mapping[str, Value] = NO_KEYWORDS
    ) -> None:
        """Note that something else calls a function of the module, or of the run, if `value` is
        one.
        """
        function, taken = value, 0
        if isinstance(value, Partial):
            function, taken = value.function, value.taken
        if not isinstance(function, (Function, Imported)) or self.frame.dead:
            return
        names = positional_names(function)
        for name, given in [*zip(names[taken:], args, strict=False), *keywords.items()]:
            self.known.add_param(function.node, name, given)

    def result_of(self, function: Function) -> Value:
        """Return what a function of the module returns."""
        return self.known.returns.or_unknown(function.node)

    def bases_here(self) -> tuple[Value, ...] | None:
        """Return the bases of the class whose method runs; None outside of methods."""
        return self.bases.get(self.frame.cls.node, ()) if self.frame.cls is not None else None

    # what other files can reach

    def is_open(self, function: cst.FunctionDef) -> bool:
        """True if code outside the module may call a function with arguments of its own."""
        if self.tree.function(function) is not None:
            return False
        if self.outside.reaches(function.name.value):
            return True
        return self.tree.class_of(function) is None and is_open(function, self.tree)

    def as_others_leave_it(self, name: str, value: Value) -> Value:
        """Return what an attribute or a variable of the module holds if other files of the run may
        assign it, or change the list or dictionary that it holds.
        """
        held = isinstance(value, (Items, Table)) and self.outside.reaches(name)
        return blur(value) if held or self.outside.changes(name) else value

    # identity

    def is_within(self, origin: Origin | None, area: cst.CSTNode) -> bool:
        """True if an object is made in this part of the module."""
        node = _made_at(origin)
        if node is None:
            return False
        return node is area or any(up is area for up in self.tree.ancestors(node))

    def is_made_again(self, origin: Origin | None) -> bool:
        """True if an object is made in a loop or comprehension: there are several."""
        node = _made_at(origin)
        if node is None:
            return False
        comprehended = any(isinstance(up, cst.BaseComp) for up in self.tree.ancestors(node))
        return comprehended or bool(self.tree.loops(node))

    def take_out(self, value: Value) -> Value:
        """Return an object taken out of a container: which of its objects is not known."""
        if not isinstance(value, Instance):
            return value
        owner = None if self.is_made_again(value.owner) else value.owner
        return replace(value, origin=None, owner=owner)


def positional_names(function: Function | Imported) -> list[str]:
    """Return the parameters that a call gives values to by their position."""
    definition = function.node
    names = [p.name.value for p in definition.params.params]
    if function.bound is not None and isinstance(definition, cst.FunctionDef):
        if not has_decorator(definition, "staticmethod"):
            return names[1:]
    return names


def _made_at(origin: Origin | None) -> cst.CSTNode | None:
    node = origin[1] if isinstance(origin, tuple) and len(origin) > 1 else origin
    return node if isinstance(node, cst.CSTNode) else None
