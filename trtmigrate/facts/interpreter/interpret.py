"""Run a module over the abstract domain, to a fixed point."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts.interpreter.annotations import Annotations
from trtmigrate.facts.interpreter.assignments import Assignments
from trtmigrate.facts.interpreter.calls import Calls
from trtmigrate.facts.interpreter.comprehensions import Comprehensions
from trtmigrate.facts.interpreter.control_flow import ControlFlow
from trtmigrate.facts.interpreter.definitions import Definitions
from trtmigrate.facts.interpreter.expressions import Expressions
from trtmigrate.facts.interpreter.guessing import guess
from trtmigrate.facts.interpreter.imports import Imports
from trtmigrate.facts.interpreter.linking import link
from trtmigrate.facts.interpreter.members import Members
from trtmigrate.facts.interpreter.state import Frame, Given, OtherModules, State
from trtmigrate.facts.interpreter.statements import Statements
from trtmigrate.facts.old_release_code import find_old_release_code
from trtmigrate.outside import Outside
from trtmigrate.syntax.tree import Tree

MAX_ROUNDS = 10  # a chain of helper functions deeper than this is not followed


def interpret(
    tree: Tree,
    release: str,
    several_profiles: bool,
    outside: Outside,
    others: OtherModules,
    given: Given,
) -> State:
    """Return what every expression of a module is, for one release of TensorRT. `outside` is what
    other files do with the module, `given` what they give to it, `others` are those that it
    imports.

    Each round runs the module and all its functions with what the last round found out about
    parameters, returns, attributes and global variables, until nothing new is found. What turns
    out to be code for an old release is dead in a further run.
    """
    state = State(tree, release, several_profiles, outside, others, given)
    for giver in given.givers:
        link(state, giver)
    statements, definitions = _machinery(state)
    _run(state, statements, definitions)
    while (found := find_old_release_code(state)) - state.for_old_release:
        state.for_old_release |= found
        _run(state, statements, definitions)
    return state


def _run(state: State, statements: Statements, definitions: Definitions) -> None:
    """Run the module again and again, until nothing new is found.

    Where the rounds go in a circle, or do not come to an end, further rounds keep all that they
    find.
    """
    stands: list[object] = []
    forget = True
    for count in range(2 * MAX_ROUNDS):
        forget = forget and count < MAX_ROUNDS
        state.begin_round(forget=forget)
        state.frame = Frame(state.tree.module, {})
        statements.run(state.tree.module.body)
        state.known.exits[state.tree.module] = state.frame.snapshot()
        definitions.run_functions()
        guess(state)
        stand = state.known.stand()
        if stands and stand == stands[-1]:
            break
        forget = forget and stand not in stands
        if forget and state.would_be_found_again():
            state.known.end()
            break
        stands.append(stand)


def _machinery(state: State) -> tuple[Statements, Definitions]:
    """Put the parts of the interpreter together around one state."""
    expressions = Expressions(state)
    members = Members(state, expressions)
    assignments = Assignments(state, expressions, members)
    comprehensions = Comprehensions(state, expressions, assignments)
    calls = Calls(state, expressions, assignments)
    for part in (members, assignments, comprehensions, calls):
        expressions.kinds.update(part.kinds)
    annotations = Annotations(state, expressions)
    imports = Imports(state, assignments)
    statements = Statements(state, expressions, assignments, annotations)
    definitions = Definitions(state, expressions, annotations, statements.run)
    flow = ControlFlow(state, expressions, assignments, comprehensions, statements)
    statements.kinds.update(flow.kinds)
    statements.kinds.update(
        {
            cst.Import: imports.import_module,
            cst.ImportFrom: imports.import_from,
            cst.FunctionDef: definitions.define_function,
            cst.ClassDef: definitions.define_class,
        }
    )
    return statements, definitions
