"""Imports, and `try` statements that tell the two APIs apart."""

from __future__ import annotations

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.domain.values import Instance, Ref
from trtmigrate.facts.interpreter.calls import Caller
from trtmigrate.facts.interpreter.reads import Read
from trtmigrate.facts.models import tensorrt
from trtmigrate.syntax.tree import Try, code


class Importer(Caller):
    """Binds what a module imports."""

    def import_module(self, node: cst.Import) -> None:
        for alias in node.names:
            name = code(alias.name)
            self._note_import(name)
            root, _, rest = name.partition(".")
            if root == "tensorrt" and rest:
                self.reads[alias] = Read(
                    alias, Ref(root), rest, self.frame, {}, bool(self.frame.dead)
                )
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                self.assign(alias.asname.name, Ref(name))
            else:
                root = name.split(".")[0]
                self.frame.env[root] = Ref(root)
                self.known.globals.setdefault(root, Ref(root))

    def _note_import(self, name: str) -> None:
        """Programs that import these libraries work with TensorRT's objects."""
        if name.split(".")[0] in ("tensorrt", "pycuda", "cuda"):
            self.imports_tensorrt = True

    def import_from(self, node: cst.ImportFrom) -> None:
        module = code(node.module) if node.module is not None else ""
        self._note_import(module)
        root, _, rest = module.partition(".")
        if root == "tensorrt" and rest and node.module is not None:
            self.reads[node.module] = Read(
                node.module, Ref(root), rest, self.frame, {}, bool(self.frame.dead)
            )
        if isinstance(node.names, cst.ImportStar):
            self.imports_all = self.imports_all or module == "tensorrt"
            return
        for alias in node.names:
            name = code(alias.name)
            prefix = "." * len(node.relative) + module
            target = alias.asname.name if alias.asname is not None else alias.name
            self.reads[alias] = Read(
                alias, Ref(module), name, self.frame, dict(self.frame.env), bool(self.frame.dead)
            )
            if isinstance(target, cst.Name):
                # a module of the project that hands on the library: `from .compat import trt`
                handed_on = name in ("trt", "tensorrt") and not self.is_foreign(module)
                self.assign(target, Ref("tensorrt" if handed_on else f"{prefix}.{name}"))
                self.imports_tensorrt = self.imports_tensorrt or handed_on

    def never_raised(self, node: Try, handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
        """Whether `except AttributeError` waits for a member that the target has."""
        if handler.type is None or code(handler.type) != "AttributeError":
            return False
        used = [r for r in self.reads.values() if isinstance(r.owner, Instance)]
        tried = [r for r in used if any(up is node.body for up in self.tree.ancestors(r.node))]
        return bool(tried) and all(
            any(api.exists(c, r.member, self.target) for c in tensorrt.lineage(r.owner.cls))
            for r in tried
            if isinstance(r.owner, Instance)
        )

    def is_probe(self, node: Try) -> bool:
        """Whether a `try` tells the APIs apart: one side old, the other new, told by
        AttributeError.
        """
        caught = [code(h.type) if h.type is not None else "Exception" for h in node.handlers]
        if not any("AttributeError" in c or c == "Exception" for c in caught):
            return False
        return tensorrt.tells_apis_apart(node)
