"""Keep the statements that set addresses out of what a program measures."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.facts.executions import Execution
from trtmigrate.syntax.tree import walk

_CLOCKS = frozenset(
    """
    time.time time.time_ns time.perf_counter time.perf_counter_ns time.monotonic time.monotonic_ns
    time.process_time timeit.default_timer cuda.cudart.cudaEventRecord
    cuda.bindings.runtime.cudaEventRecord
    """.split()
)


def find_start_of_timing(statement: cst.CSTNode, execution: Execution, facts: Facts) -> cst.CSTNode:
    """Return the first of the statements right above that read a clock or record an event, else
    `statement` itself.
    """
    block = facts.tree.block(statement)
    line = facts.tree.parent(statement)
    place = line if isinstance(line, cst.SimpleStatementLine) else statement
    if block is None or place not in block:
        return statement
    used = {
        n.value
        for part in (execution.listed, execution.context, facts.engine_of(execution.use))
        for n in walk(part)
        if isinstance(n, cst.Name)
    }
    found = statement
    for above in reversed(block[: list(block).index(place)]):
        if not isinstance(above, cst.SimpleStatementLine) or len(above.body) != 1:
            break
        if not _starts_clock(above.body[0], used, facts):
            break
        found = above.body[0]
    return found


def _starts_clock(statement: cst.BaseSmallStatement, used: set[str], facts: Facts) -> bool:
    """True if a statement only reads a clock or records an event, and sets no name in `used`."""
    if isinstance(statement, cst.Assign):
        names = [n for t in statement.targets for n in walk(t) if isinstance(n, cst.Name)]
        if any(name.value in used for name in names):
            return False
    elif not isinstance(statement, cst.Expr):
        return False
    call = statement.value
    if not isinstance(call, cst.Call):
        return False
    function = facts.value(call.func)
    if isinstance(function, Ref):
        return function.name in _CLOCKS
    records = isinstance(call.func, cst.Attribute) and call.func.attr.value == "record"
    return records and isinstance(statement, cst.Expr)
