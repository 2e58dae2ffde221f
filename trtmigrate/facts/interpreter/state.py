"""What the interpreter knows while it runs: scopes, places, guesses, identities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

import libcst as cst

from trtmigrate.facts.domain.polynomials import Atom, Poly
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Instance,
    Origin,
    UserClass,
    UserInstance,
    Value,
    join,
    rebrand,
)
from trtmigrate.facts.interpreter.reads import Read
from trtmigrate.syntax.tree import Tree, code

Env = dict[str, Value]


@dataclass
class Frame:
    """One running scope."""

    node: cst.CSTNode
    env: Env
    outer: Frame | None = None
    cls: UserClass | None = None  # the class around a method
    dead: int = 0  # > 0 within code that the target never reaches
    exits: bool = False  # the statements that follow are not reached
    comprehended: int = 0  # > 0 within a comprehension, whose variables are its own


@dataclass
class Summaries:
    """What is known across functions; it only grows, round by round."""

    params: dict[tuple[cst.CSTNode, str], Value] = field(default_factory=dict)
    returns: dict[cst.CSTNode, Value] = field(default_factory=dict)
    attrs: dict[tuple[Hashable, str], Value] = field(default_factory=dict)
    globals: Env = field(default_factory=dict)
    guesses: dict[Hashable, Value] = field(default_factory=dict)
    uses: dict[Hashable, set[str]] = field(default_factory=lambda: defaultdict(set))
    exits: dict[cst.CSTNode, Env] = field(default_factory=dict)

    def add(self, table: dict, key: Hashable, value: Value) -> None:  # type: ignore[type-arg]
        table[key] = join(table[key], value) if key in table else value


# Roots of libraries whose objects are certainly not TensorRT's.
_FOREIGN = frozenset(
    [
        "builtins",
        "numpy",
        "torch",
        "torchvision",
        "tensorrt_llm",
        "pycuda",
        "cuda",
        "cupy",
        "cv2",
        "os",
        "sys",
        "time",
        "json",
        "ctypes",
        "PIL",
        "math",
        "argparse",
        "onnx",
        "tensorflow",
        "keras",
        "logging",
        "pathlib",
        "collections",
        "itertools",
        "functools",
    ]
)


class State:
    """The memory of the abstract interpretation of one module."""

    frame: Frame

    def __init__(self, tree: Tree, target: str, profiles: bool) -> None:
        self.tree = tree
        self.target = target  # the full release that version tests are folded with
        self.profiles = profiles  # the module shows a sign of several optimization profiles
        self.known = Summaries()
        self.values: dict[cst.CSTNode, Value] = {}
        self.reads: dict[cst.CSTNode, Read] = {}
        self.dead: set[cst.CSTNode] = set()
        self.bases: dict[cst.CSTNode, tuple[Value, ...]] = {}
        self.declared_global: dict[cst.CSTNode, set[str]] = {}
        self.imports_tensorrt = False
        self.imports_all = False  # `from tensorrt import *`
        self.text_comparisons: dict[cst.CSTNode, bool] = {}  # of releases, with their meaning
        self.profile_divisions: dict[cst.CSTNode, None] = {}  # totals brought down to one profile
        self.lengths: dict[Atom, Poly | None] = {}  # how often the loop of a counter goes round

    # names, places and guesses

    def lookup(self, name: str) -> tuple[Value | None, cst.CSTNode]:
        """The value of a name and the scope it lives in; None where nothing defines it."""
        frame: Frame | None = self.frame
        if frame is not None and name in frame.env:
            return frame.env[name], frame.node
        frame = frame.outer if frame is not None else None
        while frame is not None:
            if frame.node is not self.tree.module:
                env = self.known.exits.get(frame.node, frame.env)
                if name in env:
                    return env[name], frame.node
            frame = frame.outer
        if name in self.known.globals:
            return rebrand(self.known.globals[name], ("global", name)), self.tree.module
        return None, self.tree.module

    def place(self, node: cst.CSTNode) -> Hashable:
        """The variable, attribute or expression that a guess is about."""
        if isinstance(node, cst.Name):
            return (self.lookup(node.value)[1], node.value)
        if isinstance(node, cst.Attribute):
            base = self.values.get(node.value, UNKNOWN)
            if isinstance(base, UserInstance):
                return (base.cls.node, node.attr.value)
        scope = self.frame.cls.node if self.frame.cls is not None else self.frame.node
        return (scope, code(node))

    def guessed(self, value: Value, place: Hashable) -> Value:
        """The value, or what its uses show where nothing else does."""
        if value == UNKNOWN or (isinstance(value, Const) and value.value is None):
            return self.known.guesses.get(place, value)
        return value

    def expect(self, node: cst.CSTNode, cls: str) -> None:
        """An unknown expression is handed to something that takes only `cls`."""
        if self.values.get(node, UNKNOWN) == UNKNOWN:
            place = self.place(node)
            self.known.guesses.setdefault(place, Instance(cls, ("place", place), guessed=True))

    # expressions

    # identity

    def is_within(self, origin: Origin | None, area: cst.CSTNode) -> bool:
        """Whether an object is made in this part of the module."""
        node = origin[1] if isinstance(origin, tuple) and len(origin) > 1 else origin
        if not isinstance(node, cst.CSTNode):
            return False
        return node is area or any(up is area for up in self.tree.ancestors(node))

    def is_made_again(self, origin: Origin | None) -> bool:
        """Whether an object is made in a loop or comprehension: there are several."""
        node = origin[1] if isinstance(origin, tuple) and len(origin) > 1 else origin
        if not isinstance(node, cst.CSTNode):
            return False
        comprehended = any(isinstance(up, cst.BaseComp) for up in self.tree.ancestors(node))
        return comprehended or bool(self.tree.loops(node))

    def taken_out(self, value: Value) -> Value:
        """An object out of a container: which one is not known."""
        if not isinstance(value, Instance):
            return value
        owner = None if self.is_made_again(value.owner) else value.owner
        return replace(value, origin=None, owner=owner)

    @staticmethod
    def is_foreign(name: str) -> bool:
        """Whether a dotted name belongs to a library that hands out no TensorRT objects."""
        return name.split(".")[0] in _FOREIGN
