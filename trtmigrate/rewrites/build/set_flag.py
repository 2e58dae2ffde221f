"""A boolean setting of a builder as a flag of a configuration."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts, Use
from trtmigrate.rewrites.build.builder_config import Config
from trtmigrate.rewrites.build.builder_uses import find_other_settings
from trtmigrate.rewrites.removal.assignments import find_setting
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.templates import expression, statements
from trtmigrate.syntax.tree import code

_LITERALS = {"True": True, "1": True, "False": False, "0": False}


def find_condition(value: cst.BaseExpression) -> cst.BaseExpression | bool:
    """Return what decides about the flag: a constant, or the expression to test."""
    if isinstance(value, (cst.Name, cst.Integer)) and value.value in _LITERALS:
        return _LITERALS[value.value]
    if isinstance(value, cst.IfExp) and find_condition(value.body) is True:
        return value.test if find_condition(value.orelse) is False else value
    if isinstance(value, cst.Call) and calls_function(value, "bool") and len(value.args) == 1:
        return value.args[0].value
    return value


def set_flag(use: Use, facts: Facts, config: Config, flag: str) -> Edit | None:
    """Return the edit that sets or clears a flag where the use sets a mode of the builder; None if
    the statement does more than that.
    """
    parent = facts.tree.parent(use.node)
    if isinstance(parent, cst.AugAssign):
        return _change_flag(parent, facts, config, flag)
    found = find_setting(use, facts)
    if found is None:
        return None
    statement = found.statement
    value = find_condition(found.value)
    was_set_before = _may_be_set_before(use, facts, config, value)
    if not isinstance(value, bool) and _is_tested_around(value, statement, facts):
        value = True
    if value is False and config.made and not was_set_before:
        return Edit(remove=(statement,))  # a new configuration has no flags
    if isinstance(value, bool):
        method = "set_flag" if value else "clear_flag"
        return Edit({statement: cst.Expr(expression(f"{{}}.{method}({flag})", config.node))})
    text = f"if {{}}:\n    {config.text}.set_flag({flag})\n"
    if was_set_before:
        text += f"else:\n    {config.text}.clear_flag({flag})\n"
    return _replace_by_test(statement, text, value, facts)


def _change_flag(statement: cst.AugAssign, facts: Facts, config: Config, flag: str) -> Edit | None:
    """Turn `builder.fp16_mode &= X` and `|= X` into a test that clears or sets the flag."""
    value = find_condition(statement.value)
    joins = isinstance(statement.operator, cst.BitOrAssign)
    if not joins and not isinstance(statement.operator, cst.BitAndAssign):
        return None
    method = "set_flag" if joins else "clear_flag"
    if isinstance(value, bool):
        if value is not joins:
            return Edit(remove=(statement,))  # `|= False` and `&= True`
        return Edit({statement: cst.Expr(expression(f"{{}}.{method}({flag})", config.node))})
    test = "{}" if joins else "not {}"
    return _replace_by_test(
        statement, f"if {test}:\n    {config.text}.{method}({flag})\n", value, facts
    )


def _replace_by_test(
    statement: cst.BaseSmallStatement, text: str, value: cst.BaseExpression, facts: Facts
) -> Edit:
    """Put an `if` in the place of a statement; `text` has a hole for the value to test."""
    if value.lpar:
        value = value.with_changes(lpar=(), rpar=())  # else it is edited where it stands now
    (test,) = statements(text, value)
    return Edit(before={statement: (_keep_comment(test, statement, facts),)}, remove=(statement,))


def _may_be_set_before(
    use: Use, facts: Facts, config: Config, value: cst.BaseExpression | bool
) -> bool:
    """True if the flag may be set where a use sets the mode to a value: by an assignment above, or
    in an earlier round of a loop, or call of a method, in which the configuration was the same.
    """
    others = find_other_settings(use, facts)
    scope, order = home(use.node, facts.tree), facts.tree.order
    if any(
        home(other.node, facts.tree) is scope and order[other.node] < order[use.node]
        for other in others
    ):
        return True
    made = config.created_at
    if made is None or (isinstance(value, bool) and not others):
        return False
    is_repeated = set(facts.tree.loops(use.node)) - set(facts.tree.loops(made))
    return home(made, facts.tree) is not scope or bool(is_repeated)


def _is_tested_around(value: cst.BaseExpression, statement: cst.CSTNode, facts: Facts) -> bool:
    """True if the statement stands below `if value:` already."""
    ancestors = list(facts.tree.ancestors(statement))
    return any(
        isinstance(up, cst.If) and up.body in ancestors and code(up.test) == code(value)
        for up in ancestors
    )


def _keep_comment(
    test: cst.BaseStatement, statement: cst.BaseSmallStatement, facts: Facts
) -> cst.BaseStatement:
    """Put the comment of a statement's line into the `if` that replaces the statement."""
    line = facts.tree.parent(statement)
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return test
    if line.trailing_whitespace.comment is None:
        return test
    assert isinstance(test, cst.If) and isinstance(test.body, cst.IndentedBlock)
    inner = test.body.body[0].with_changes(trailing_whitespace=line.trailing_whitespace)
    return test.with_changes(body=test.body.with_changes(body=[inner]))
