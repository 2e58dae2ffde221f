"""Use a refitter as it is where the program enters it by hand or by way of an exit stack.

What changed: `Refitter` has no `__enter__` and no `__exit__` since TensorRT 10.0, so
`ExitStack.enter_context` refuses it. `__enter__` returned the refitter itself; `__exit__` has done
nothing since TensorRT 8.0. TRT508 rewrites the statement `with`.

Before:

    refitter = trt.Refitter(engine, logger).__enter__()
    refitter.set_named_weights("conv.weight", weights)
    assert refitter.refit_cuda_engine()
    refitter.__exit__(None, None, None)

After:

    refitter = trt.Refitter(engine, logger)
    refitter.set_named_weights("conv.weight", weights)
    assert refitter.refit_cuda_engine()

Not rewritten when: the method is handed around (`stack.callback(refitter.__exit__, ...)`) or called
through the class, or an operand does something that the rewrite would leave out.

Safety: safe; review for `enter_context`, whose object is taken to be an exit stack of contextlib.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.kept_effects import remove_but_keep_effects
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.effects import has_effect

ENTER = "Refitter.__enter__"
EXIT = "Refitter.__exit__"
RULE = Rule(
    "TRT515",
    "Refitter entered by hand",
    Safety.SAFE,
    members=(ENTER, EXIT),
    gate=("Refitter",),
)
MESSAGES = {
    ENTER: "a Refitter has no __enter__ any more; use the refitter itself",
    EXIT: "a Refitter has no __exit__ any more; remove the call: it has done nothing since 8.0",
}
STACK = "enter_context refuses a Refitter, which is no context manager; use the refitter itself"
CONTEXTLIB = "check that enter_context is that of contextlib.ExitStack"


@RULE.checks
def refitter_entered(use: Use, facts: Facts) -> Proposal:
    """Check `refitter.__enter__()` and `refitter.__exit__(...)`."""
    message = MESSAGES[use.member]
    edit = None
    if isinstance(use, CallUse) and facts.kind(use.receiver) == "Refitter":  # not the class itself
        if use.member == ENTER:
            edit = _replace(use.call, use.receiver, (), facts)
        else:
            operands = (use.receiver, *(arg.value for arg in use.call.args))
            edit = _replace(use.call, cst.Name("None"), operands, facts)
    if edit is None:
        return manual(use.node, use.member, message)
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)


@RULE.scans
def entered_by_stack(facts: Facts) -> Iterator[Proposal]:
    """Find `stack.enter_context(refitter)`."""
    if ENTER not in facts.missing:
        return
    for call in facts.tree.of_kind(cst.Call):
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "enter_context":
            continue
        stack, refitter = call.func.value, argument(call, 0, "cm")
        if refitter is None or facts.kind(refitter.value) != "Refitter" or facts.is_dead(call):
            continue
        if facts.is_own("enter_context", stack):
            continue
        edit = _replace(call, refitter.value, (stack,), facts)
        if edit is None:
            yield manual(call, ENTER, STACK)
        else:
            facts.trail.assume(CONTEXTLIB)
            yield Proposal(call, ENTER, STACK, Safety.SAFE, edit)


def _replace(
    call: cst.Call,
    value: cst.BaseExpression,
    left_out: tuple[cst.BaseExpression, ...],
    facts: Facts,
) -> Edit | None:
    """Return the edit that puts a value in the place of a call; None if an operand that the edit
    leaves out does something. A call that is a statement of its own is removed.
    """
    statement = facts.tree.parent(call)
    if isinstance(statement, cst.Expr):
        return remove_but_keep_effects(statement, facts)
    return None if any(map(has_effect, left_out)) else Edit({call: value})
