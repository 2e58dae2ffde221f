"""Tell which executions get their addresses by name."""

from __future__ import annotations

from trtmigrate.facts import Facts
from trtmigrate.facts.executions import Execution
from trtmigrate.facts.memo import once_per_file
from trtmigrate.rewrites.addresses.active_addresses import find_active_addresses
from trtmigrate.rewrites.addresses.padded_lists import is_padded


@once_per_file
def takes_names(facts: Facts, execution: Execution) -> bool:
    """True if the addresses of an execution have to be set by name.

    `execute_v2` takes its list as before, unless the list holds the host addresses of shape inputs
    or has places for other profiles. It sees shapes that are set by name (measured on 8.6.0).
    """
    if not execution.synchronous or sets_shape_inputs(facts):
        return True
    if not facts.several_profiles:
        return False
    return is_padded(execution, facts) or find_active_addresses(facts, execution).ranged


def sets_shape_inputs(facts: Facts) -> bool:
    """True if the program gives the values of shape inputs, whose addresses are host buffers."""
    return any(use.name == "set_shape_input" and not use.read.dead for use in facts.uses)
