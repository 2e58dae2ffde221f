"""What a function does with one builder: which of its old settings it sets, and where it builds."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Function, Instance
from trtmigrate.rewrites.removal.assignments import is_setter
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.tree import code

# What a builder had itself before TensorRT 8 and a configuration has now.
SETTINGS = frozenset(
    f"Builder.{name}"
    for name in (
        "max_workspace_size",
        "fp16_mode",
        "int8_mode",
        "int8_calibrator",
        "strict_type_constraints",
        "refittable",
        "debug_sync",
        "min_find_iterations",
        "average_find_iterations",
        "set_max_workspace_size",
        "get_max_workspace_size",
        "set_fp16_mode",
        "get_fp16_mode",
        "set_half2_mode",
        "get_half2_mode",
        "set_int8_mode",
        "get_int8_mode",
        "set_int8_calibrator",
        "set_debug_sync",
        "get_debug_sync",
        "set_average_find_iterations",
        "set_min_find_iterations",
    )
)
BUILD = "Builder.build_cuda_engine"


@dataclass(frozen=True)
class LocalBuilder:
    """One builder in one function."""

    scope: cst.CSTNode  # the function, or the module
    builder: object  # where it was made; its source text if that is unknown


def find_local_builder(use: Use, facts: Facts) -> LocalBuilder:
    """Return the builder of a use, and the function that the use stands in."""
    value = facts.value(use.receiver)
    origin = value.origin if isinstance(value, Instance) else None
    builder = origin if origin is not None else code(use.receiver)
    return LocalBuilder(home(use.node, facts.tree), builder)


def find_builder_uses(key: LocalBuilder, facts: Facts, everywhere: bool = False) -> list[Use]:
    """Return the settings and builds of a builder in its function, in the order of the source;
    with `everywhere`, in all functions.
    """
    found = [
        use
        for use in facts.uses
        if (use.member in SETTINGS or use.member == BUILD)
        and use.context != "probe"
        and not use.read.dead
        and (other := find_local_builder(use, facts)).builder == key.builder
        and (everywhere or other.scope is key.scope)
    ]
    return sorted(found, key=lambda use: facts.tree.order[use.node])


def comes_with_settings(key: LocalBuilder, facts: Facts) -> bool:
    """True if a function of the module returned the builder and sets up a builder itself."""
    match key.builder:
        case ("call", cst.Call() as call, _):  # the origin of what a function returned
            maker = facts.value(call.func)
        case _:
            return False
    return isinstance(maker, Function) and any(
        use.member in SETTINGS and home(use.node, facts.tree) is maker.node for use in facts.uses
    )


def find_other_settings(use: Use, facts: Facts) -> list[Use]:
    """Return the other assignments to the same setting of the same builder, in all functions."""
    return [
        other
        for other in find_builder_uses(find_local_builder(use, facts), facts, everywhere=True)
        if other.member == use.member
        and (other.context == "store" or is_setter(other))
        and other.node is not use.node
    ]
