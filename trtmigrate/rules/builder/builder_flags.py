"""Set flags of a configuration instead of modes of the builder.

What changed: `fp16_mode`, `int8_mode`, `strict_type_constraints`, `refittable` and `debug_sync` of
`Builder` are gone since TensorRT 8.0. They are flags of `IBuilderConfig`; strict types became the
preference for the precisions that the layers ask for. The setters and getters of TensorRT 3 and 4
(`set_fp16_mode`, `set_half2_mode`, `set_int8_mode`, `set_debug_sync`) have been gone since 5.0.

Before:

    config = builder.create_builder_config()
    builder.fp16_mode = True
    builder.int8_mode = args.int8
    print(builder.fp16_mode)

After:

    config = builder.create_builder_config()
    config.set_flag(trt.BuilderFlag.FP16)
    if args.int8:
        config.set_flag(trt.BuilderFlag.INT8)
    print(config.get_flag(trt.BuilderFlag.FP16))

Where the code has no configuration, one is made before the first setting and given to the build.

For TensorRT 11 and later the modes for precisions are dropped: precision is part of the network.
What the model needs instead stays a finding of its own.

Not rewritten when: the engine is built in another function, so that no configuration made here
reaches the build.

Safety: safe; review for strict types, where a mode is dropped, and where the code already builds
with a configuration, which the settings of the builder did not reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.builder_config import (
    NOT_PASSED,
    REUSED,
    Config,
    config_for,
    earlier_stores,
    sets_already,
)
from trtmigrate.rewrites.remains import NEEDS, of_the_model
from trtmigrate.rewrites.removal.fold import folded
from trtmigrate.rewrites.removal.properties import (
    dropped,
    is_getter,
    is_setter,
    stored,
    with_comment,
)
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression, statements
from trtmigrate.syntax.tree import code

FLAGS = {
    "fp16_mode": "FP16",
    "int8_mode": "INT8",
    "strict_type_constraints": "PREFER_PRECISION_CONSTRAINTS",
    "refittable": "REFIT",
    "debug_sync": "DEBUG",
}
METHODS = {
    f"{prefix}_{name}": flag
    for prefix in ("set", "get")
    for name, flag in (
        ("fp16_mode", "FP16"),
        ("half2_mode", "FP16"),
        ("int8_mode", "INT8"),
        ("debug_sync", "DEBUG"),
    )
}
RULE = Rule(
    "TRT304",
    "Modes of the builder",
    Safety.SAFE,
    members=tuple(f"Builder.{name}" for name in (*FLAGS, *METHODS)),
    becomes={
        f"Builder.{name}": f"BuilderFlag.{flag}" for name, flag in {**FLAGS, **METHODS}.items()
    },
)


@RULE.checks
def builder_flags(use: Use, facts: Facts) -> Proposal:
    flag = FLAGS.get(use.name) or METHODS[use.name]
    message = f"Builder.{use.name} is gone; it is BuilderFlag.{flag} of the config"
    if f"BuilderFlag.{flag}" in facts.missing:
        return _strongly_typed(use, facts, flag)
    config = config_for(use, facts)
    if config is None:
        return manual(use.node, use.member, f"{message}; {NOT_PASSED}")
    trt, imports = tensorrt_name(use, facts)
    edit = _edit(use, facts, config, f"{trt}.BuilderFlag.{flag}")
    is_store = use.context == "store" or is_setter(use)
    if is_store and sets_already(config, use, facts, f"BuilderFlag.{flag}"):
        edit = dropped(use, facts)
    if edit is None:
        return manual(use.node, use.member, f"{message}; this assignment has no such form")
    edit = config.with_edit(replace(edit, imports_tensorrt=imports))
    safety = Safety.SAFE
    if config.reused:
        message, safety = f"{message}; {REUSED}", Safety.REVIEW
    if use.name == "strict_type_constraints":
        message += "; layers fall back to another precision where there is no other way"
        safety = Safety.REVIEW
    return Proposal(use.node, use.member, message, safety, edit)


def _strongly_typed(use: Use, facts: Facts, flag: str) -> Proposal:
    """Without weak typing there is no such flag either; the model has to say its types."""
    message = (
        f"Builder.{use.name} is gone, and so is BuilderFlag.{flag}: networks are strongly typed "
        "and compute in the types of the model; convert or quantize it before"
    )
    edit = dropped(use, facts)
    if _is_read(use) and isinstance(use.whole, cst.BaseExpression):
        edit = folded(use.whole, False, facts.tree)
    if edit is None:
        return manual(use.node, use.member, message)
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)


@RULE.scans
def model_precision(facts: Facts) -> Iterator[Proposal]:
    if "BuilderFlag.FP16" not in facts.missing:
        return iter(())
    return of_the_model(RULE, facts, lambda use: _need(use, facts))


def _need(use: Use, facts: Facts) -> str | None:
    """What the model has to be where a mode is switched on."""
    found = None if _is_read(use) else stored(use, facts)
    switched = _condition(found.value) if found is not None else False
    return NEEDS.get(FLAGS.get(use.name) or METHODS[use.name]) if switched is not False else None


def _is_read(use: Use) -> bool:
    return use.context == "load" or is_getter(use)


def _edit(use: Use, facts: Facts, config: Config, flag: str) -> Edit | None:
    if _is_read(use):
        return Edit({use.whole: expression(f"{{}}.get_flag({flag})", config.node)})
    found = stored(use, facts)
    if found is None:
        return None
    statement = found.statement
    again = bool(earlier_stores(use, facts))
    value = _condition(found.value)
    switched = value if isinstance(value, bool) else None
    if switched is None and _is_asked(value, statement, facts):
        switched = True
    if switched is False and config.made and not again:
        return Edit(remove=(statement,))
    if switched is not None:
        method = "set_flag" if switched else "clear_flag"
        return Edit({statement: cst.Expr(expression(f"{{}}.{method}({flag})", config.node))})
    assert isinstance(value, cst.BaseExpression)
    text = f"if {{}}:\n    {config.text}.set_flag({flag})\n"
    if again:
        text += f"else:\n    {config.text}.clear_flag({flag})\n"
    (test,) = statements(text, value.with_changes(lpar=(), rpar=()))
    return Edit(before={statement: (with_comment(test, statement, facts),)}, remove=(statement,))


def _condition(value: cst.BaseExpression) -> cst.BaseExpression | bool:
    """What decides the flag: a constant, or an expression to test."""
    text = code(value)
    if text in ("True", "1", "False", "0"):
        return text in ("True", "1")
    if isinstance(value, cst.IfExp) and code(value.body) == "True":
        return value.test if code(value.orelse) == "False" else value
    if isinstance(value, cst.Call) and code(value.func) == "bool" and len(value.args) == 1:
        return value.args[0].value
    return value


def _is_asked(value: cst.CSTNode | bool, statement: cst.CSTNode, facts: Facts) -> bool:
    """Whether the statement stands below `if value:` already."""
    if isinstance(value, bool):
        return False
    ancestors = list(facts.tree.ancestors(statement))
    return any(
        isinstance(up, cst.If) and up.body in ancestors and code(up.test) == code(value)
        for up in ancestors
    )
