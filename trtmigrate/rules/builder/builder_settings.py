"""Set limits and calibrators on a configuration instead of the builder.

What changed: `max_workspace_size`, `int8_calibrator`, `average_find_iterations` and
`min_find_iterations` of `Builder` are gone since TensorRT 8.0; `IBuilderConfig` has them. The
workspace is one of its memory pools. The minimum of timing iterations went in 10.0. The setters
of TensorRT 3 and 4 (`set_max_workspace_size`, `set_int8_calibrator`, `set_average_find_iterations`)
have been gone since 5.0.

Before:

    config = builder.create_builder_config()
    builder.max_workspace_size = 1 << 30
    builder.int8_calibrator = calibrator
    builder.average_find_iterations = 4

After:

    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, 1 << 30)
    config.int8_calibrator = calibrator
    config.avg_timing_iterations = 4

Where the code has no configuration, trtmigrate creates one before the first setting and gives it to
the build.

Not rewritten when: another function builds the engine, so that a configuration that is created here
does not reach the build; or the target is TensorRT 11 or later and the setting is a calibrator.

Safety: safe; review for `min_find_iterations`, which is removed, and where the code already builds
with a configuration, which the settings of the builder did not reach, or can use it elsewhere.
"""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.builder_config import (
    NOT_PASSED,
    SET_ALREADY,
    Config,
    find_config,
    sets_already,
)
from trtmigrate.rewrites.removal.assignments import (
    find_setting,
    is_getter,
    is_setter,
    remove_assignment,
)
from trtmigrate.rewrites.removal.last_values import (
    READ_ELSEWHERE,
    find_last_value,
    is_read,
    remove_setting,
)
from trtmigrate.rewrites.removal.property_calls import turn_into_call
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.templates import expression

SUCCESSORS = {
    "max_workspace_size": "set_memory_pool_limit",
    "set_max_workspace_size": "set_memory_pool_limit",
    "get_max_workspace_size": "get_memory_pool_limit",
    "int8_calibrator": "int8_calibrator",
    "average_find_iterations": "avg_timing_iterations",
    "min_find_iterations": "min_timing_iterations",
    "set_int8_calibrator": "int8_calibrator",
    "set_average_find_iterations": "avg_timing_iterations",
    "set_min_find_iterations": "min_timing_iterations",
}
BY_ITSELF = "this form cannot be rewritten automatically: read or assign the setting by itself"
VARIABLE = "min_iterations"
RULE = Rule(
    "TRT305",
    "Limits and calibrators of the builder",
    Safety.SAFE,
    members=tuple(f"Builder.{name}" for name in SUCCESSORS),
    becomes={f"Builder.{old}": f"IBuilderConfig.{new}" for old, new in SUCCESSORS.items()},
)


@RULE.checks
def builder_settings(use: Use, facts: Facts) -> Proposal:
    successor = SUCCESSORS[use.name]
    message = f"Builder.{use.name} is gone; use IBuilderConfig.{successor}"
    gone = f"IBuilderConfig.{successor}" in facts.missing
    if gone and successor == "int8_calibrator":
        message = (
            f"Builder.{use.name} is gone, and so is calibration: "
            "quantize the model with ModelOpt (explicit Q/DQ nodes) and remove this setting"
        )
        return manual(use.node, use.member, message)
    if gone:
        return _remove(use, facts)
    config = find_config(use, facts)
    if config is None:
        return manual(use.node, use.member, f"{message}; {NOT_PASSED}")
    trt, imports = tensorrt_name(use, facts)
    edit = _edit(use, facts, config, f"{trt}.MemoryPoolType.WORKSPACE")
    words = (successor, "max_workspace_size") if use.name == "max_workspace_size" else (successor,)
    is_double = use.context == "store" and sets_already(config, use, facts, *words)
    if is_double and edit is not None:
        edit = remove_assignment(use, facts)
        message = f"Builder.{use.name} is gone; {SET_ALREADY}"
    if edit is None:
        return manual(use.node, use.member, f"{message}; {BY_ITSELF}")
    edit = config.with_edit(replace(edit, imports_tensorrt=imports))
    if config.setting_note and not is_double:
        message = f"{message}; {config.setting_note}"
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)


def _remove(use: Use, facts: Facts) -> Proposal:
    """Remove a setting without a successor; a variable keeps the value if the code reads it."""
    message = f"Builder.{use.name} is gone and has no successor"
    if is_read(use):
        value = find_last_value(use, facts, VARIABLE)
        if value is None:
            return manual(use.node, use.member, f"{message}: remove this use")
        edit = Edit({use.whole: value.deep_clone()})
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    removed = remove_setting(use, facts, VARIABLE)
    if removed is None:
        return manual(use.node, use.member, f"{message}; {READ_ELSEWHERE}")
    return Proposal(use.node, use.member, message, Safety.REVIEW, removed)


def _edit(use: Use, facts: Facts, config: Config, pool: str) -> Edit | None:
    write, read = f"{{}}.set_memory_pool_limit({pool}, {{}})", f"{{}}.get_memory_pool_limit({pool})"
    if use.name == "max_workspace_size":
        return turn_into_call(use, facts, write, read, config.node)
    if use.name == "set_max_workspace_size":
        size = argument(use.call, 0) if isinstance(use, CallUse) else None
        if not isinstance(use, CallUse) or size is None:
            return None
        return Edit({use.call: expression(write, config.node, size.value)})
    if is_getter(use):
        return Edit({use.whole: expression(read, config.node)})
    if is_setter(use):
        found = find_setting(use, facts)
        target = cst.AssignTarget(cst.Attribute(config.node, cst.Name(SUCCESSORS[use.name])))
        return Edit({found.statement: cst.Assign([target], found.value)}) if found else None
    if isinstance(use.node, cst.Attribute):
        return Edit({use.node: cst.Attribute(config.node, cst.Name(SUCCESSORS[use.name]))})
    return None
