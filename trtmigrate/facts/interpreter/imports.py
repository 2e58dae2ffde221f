"""Imports: the names that a module takes from others."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts.domain.values import Ref
from trtmigrate.facts.interpreter.assignments import Assignments
from trtmigrate.facts.interpreter.linking import of_run, public_names
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import name_hints, tensorrt
from trtmigrate.syntax.scopes import binders
from trtmigrate.syntax.tree import code


class Imports:
    """Binds what a module imports."""

    def __init__(self, state: State, assignments: Assignments) -> None:
        self.state = state
        self.assignments = assignments

    def import_module(self, node: cst.Import) -> None:
        """`import tensorrt as trt`."""
        for alias in node.names:
            name = code(alias.name)
            self._note_module(alias, name)
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                self.assignments.assign(alias.asname.name, Ref(tensorrt.current_path(name)))
            else:
                root = name.split(".")[0]
                self.state.frame.set(root, Ref(root))
                self.state.known.globals.default(root, Ref(root))

    def import_from(self, node: cst.ImportFrom) -> None:
        """`from tensorrt import Logger`."""
        state = self.state
        module = code(node.module) if node.module is not None else ""
        if node.module is not None:
            self._note_module(node.module, module)
        prefix = "." * len(node.relative) + module
        if isinstance(node.names, cst.ImportStar):
            state.imports_all = state.imports_all or module == "tensorrt"
            self._take_tensorrt(prefix)
            for name, value in public_names(state, prefix):
                state.frame.set(name, value)
                state.set_global(name, value)
            return
        for alias in node.names:
            name = code(alias.name)
            target = alias.asname.name if alias.asname is not None else alias.name
            state.note_read(alias, Ref(tensorrt.current_path(module)), name)
            if isinstance(target, cst.Name):
                handed_on = name_hints.hands_on_tensorrt(module, name)
                dot = "" if prefix.endswith(".") else "."
                path = "tensorrt" if handed_on else tensorrt.current_path(f"{prefix}{dot}{name}")
                self.assignments.assign(target, of_run(state, Ref(path)))
                state.imports_tensorrt = state.imports_tensorrt or handed_on

    def _take_tensorrt(self, module: str) -> None:
        """`from .core import *`: the module hands on a name `trt` that nothing else binds."""
        state = self.state
        for name in ("trt", "tensorrt"):
            is_read = bool(state.tree.named(name))
            if is_read and module != "tensorrt" and name_hints.hands_on_tensorrt(module, name):
                if not binders(name, state.tree.module, state.tree):
                    state.frame.set(name, Ref("tensorrt"))
                    state.set_global(name, Ref("tensorrt"))
                    state.imports_tensorrt = True
                    state.assumes_tensorrt = True

    def _note_module(self, node: cst.CSTNode, name: str) -> None:
        """Note what the name of an imported module tells."""
        if name_hints.works_with_tensorrt(name):
            self.state.imports_tensorrt = True
        root, _, rest = name.partition(".")
        if root == "tensorrt" and rest:
            self.state.note_read(node, Ref(root), rest, env={})
