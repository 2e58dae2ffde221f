"""Write a function for a method that executes and is passed on without being called."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from trtmigrate.editing.edit import Edit, Statement
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.executions import is_synchronous
from trtmigrate.facts.profile_switches import switches_in
from trtmigrate.rewrites.addresses.active_addresses import ActiveAddresses
from trtmigrate.rewrites.addresses.address_statements import write_setting
from trtmigrate.rewrites.addresses.deferred_executions import (
    addresses_given,
    find_passed_on,
    stream_given,
    write_function,
)
from trtmigrate.rewrites.profiles.active_profile import start_of_active
from trtmigrate.rewrites.profiles.tensor_counts import tensor_count
from trtmigrate.rewrites.tensor_names.engine_loops import Rounds, loops_of
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import walk


def write_passed_on(
    use: Use, facts: Facts, wait: Sequence[Statement] = ()
) -> tuple[Edit, bool] | None:
    """Put a function that sets the addresses, executes and waits in place of the method.

    None if there is no room for a function, if its parameters would hide what it reads, or if lists
    of addresses for all profiles may get shorter. The flag is False if the context is asked which
    entries of a list are of the active profile.
    """
    deferred = find_passed_on(use, facts)
    if deferred is None or (is_synchronous(use) and not wait):
        return None
    if _hides(deferred.params, use, facts):
        return None
    own = ActiveAddresses(addresses_given())
    if facts.several_profiles and not _stays_on_first(facts):
        if Rounds.ONCE in loops_of(facts).values():
            return None
        own = ActiveAddresses(addresses_given(), start_of_active(use, facts), certain=False)
    stream = cst.Integer("0") if is_synchronous(use) else stream_given()
    execute = expression("{}.execute_async_v3({})", use.receiver, stream)
    setting = write_setting(use, facts, own)
    return write_function(use, facts, deferred, setting, execute, wait), own.certain


def _stays_on_first(facts: Facts) -> bool:
    """True if the module chooses profile 0 and no other. Without a choice, the context that the
    function gets may have another profile.
    """
    switches = list(switches_in(facts.tree))
    return bool(switches) and all(switch.to_first for switch in switches)


def _hides(params: cst.Parameters, use: Use, facts: Facts) -> bool:
    """True if a parameter of the function has the name of a variable that the function reads."""
    names = {param.name.value for param in params.params}
    read = (use.receiver, facts.engine_of(use), tensor_count(use, facts))
    return any(isinstance(n, cst.Name) and n.value in names for node in read for n in walk(node))
