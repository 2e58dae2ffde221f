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

Where the code has no configuration, trtmigrate creates one before the first setting and gives it to
the build.

For TensorRT 11 and later the modes for precisions are removed: the model decides about precision.
A finding of its own says what the model needs.

Not rewritten when: another function builds the engine, so that a configuration that is created here
does not reach the build.

Safety: safe; review for strict types, where a mode is removed, and where the code already builds
with a configuration, which the settings of the builder did not reach, or can use it elsewhere.
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
    SET_ALREADY,
    find_config,
    sets_already,
)
from trtmigrate.rewrites.build.set_flag import find_condition, set_flag
from trtmigrate.rewrites.messages import MODEL_NEEDS, report_model_needs
from trtmigrate.rewrites.removal.assignments import (
    find_setting,
    is_getter,
    remove_assignment,
)
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

FLAGS = {
    "fp16_mode": "FP16",
    "int8_mode": "INT8",
    "strict_type_constraints": "PREFER_PRECISION_CONSTRAINTS",
    "refittable": "REFIT",
    "debug_sync": "DEBUG",
    "set_fp16_mode": "FP16",
    "set_half2_mode": "FP16",
    "set_int8_mode": "INT8",
    "set_debug_sync": "DEBUG",
    "get_fp16_mode": "FP16",
    "get_half2_mode": "FP16",
    "get_int8_mode": "INT8",
    "get_debug_sync": "DEBUG",
}
RULE = Rule(
    "TRT304",
    "Modes of the builder",
    Safety.SAFE,
    members=tuple(f"Builder.{name}" for name in FLAGS),
    becomes={f"Builder.{name}": f"BuilderFlag.{flag}" for name, flag in FLAGS.items()},
)


@RULE.checks
def builder_flags(use: Use, facts: Facts) -> Proposal:
    flag = FLAGS[use.name]
    message = f"Builder.{use.name} is gone; set BuilderFlag.{flag} on the config"
    if f"BuilderFlag.{flag}" in facts.missing:
        return _remove_mode(use, facts, flag)
    config = find_config(use, facts)
    if config is None:
        return manual(use.node, use.member, f"{message}; {NOT_PASSED}")
    trt, imports = tensorrt_name(use, facts)
    name = f"{trt}.BuilderFlag.{flag}"
    edit: Edit | None
    note = config.setting_note
    if _is_read(use):
        edit = Edit({use.whole: expression(f"{{}}.get_flag({name})", config.node)})
    else:
        edit = set_flag(use, facts, config, name)
        if edit and sets_already(config, use, facts, f"BuilderFlag.{flag}", ".flags = "):
            edit, note = remove_assignment(use, facts), ""
            message = f"Builder.{use.name} is gone; {SET_ALREADY}"
    if edit is None:
        reason = "this assignment cannot be rewritten automatically: assign the mode by itself"
        return manual(use.node, use.member, f"{message}; {reason}")
    edit = config.with_edit(replace(edit, imports_tensorrt=imports))
    safety = Safety.SAFE
    if note:
        message, safety = f"{message}; {note}", Safety.REVIEW
    if use.name == "strict_type_constraints":
        message += "; a layer without such an implementation falls back to another precision"
        safety = Safety.REVIEW
    return Proposal(use.node, use.member, message, safety, edit)


def _remove_mode(use: Use, facts: Facts, flag: str) -> Proposal:
    """Remove a mode whose flag the target lacks as well: its networks are strongly typed."""
    message = (
        f"Builder.{use.name} is gone, and so is BuilderFlag.{flag}: networks are strongly typed "
        "and compute in the types of the model; convert or quantize the model before the build"
    )
    edit = remove_assignment(use, facts)
    if _is_read(use) and isinstance(use.whole, cst.BaseExpression):
        edit = fold_condition(use.whole, False, facts.tree)
    if edit is None:
        return manual(use.node, use.member, message)
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)


@RULE.scans
def report_needs(facts: Facts) -> Iterator[Proposal]:
    if "BuilderFlag.FP16" not in facts.missing:
        return iter(())
    return report_model_needs(RULE, facts, lambda use: _find_need(use, facts))


def _find_need(use: Use, facts: Facts) -> str | None:
    """Return what the model needs where a mode is switched on."""
    found = None if _is_read(use) else find_setting(use, facts)
    is_on = found is not None and find_condition(found.value) is not False
    return MODEL_NEEDS.get(FLAGS[use.name]) if is_on else None


def _is_read(use: Use) -> bool:
    return use.context == "load" or is_getter(use)
