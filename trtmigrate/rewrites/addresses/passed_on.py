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
from trtmigrate.rewrites.tensor_names.engine_loops import Rounds, loops_of
from trtmigrate.syntax.templates import expression


def write_passed_on(
    use: Use, facts: Facts, wait: Sequence[Statement] = ()
) -> tuple[Edit, bool] | None:
    """Put a function that sets the addresses, executes and waits in place of the method.

    None if there is no room for a function, or if lists of addresses for all profiles may get
    shorter. The flag is False if the context is asked which entries of a list are of the active
    profile.
    """
    deferred = find_passed_on(use, facts)
    if deferred is None or (is_synchronous(use) and not wait):
        return None
    own = ActiveAddresses(addresses_given())
    if facts.several_profiles and not all(s.to_first for s in switches_in(facts.tree)):
        if Rounds.ONCE in loops_of(facts).values():
            return None
        own = ActiveAddresses(addresses_given(), start_of_active(use, facts), certain=False)
    stream = cst.Integer("0") if is_synchronous(use) else stream_given()
    execute = expression("{}.execute_async_v3({})", use.receiver, stream)
    setting = write_setting(use, facts, own)
    return write_function(use, facts, deferred, setting, execute, wait), own.certain
