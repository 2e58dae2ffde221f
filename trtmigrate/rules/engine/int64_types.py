"""Advise where a program expects the INT64 tensors of an ONNX model to be INT32.

What changed: the ONNX parser of TensorRT 8 turned INT64 inputs and outputs into INT32. Since
TensorRT 10.0 they stay INT64, so a dictionary or a chain of comparisons that lists the types of
tensors without INT64 raises KeyError, or falls through to its `else`; and a program that converts
an input to INT32, or makes it as INT32, gives the engine half of the bytes that it reads.

Before:

    TYPES = {trt.float32: np.float32, trt.int32: np.int32, trt.bool: np.bool_}
    input_ids = input_ids.to(torch.int32)
    context.execute_v2([input_ids.data_ptr(), output.data_ptr()])

After: (not rewritten)

Not rewritten when: always. TensorRT 8 has no `trt.int64`, so an entry for it would end programs
that run on both; and the arrays that hold such tensors have to be INT64, too. Nothing is reported
if the module names INT64 of TensorRT anywhere. Arrays of INT32 are reported where the module
executes with lists of addresses and gives them to the device, and if it adds no inputs to a network
itself; those made by `empty` and `zeros` are not, as they mostly are outputs.

Safety: manual: advice, which asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.facts.executions import BY_NAME, executions_of
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.device_data import given_to_device
from trtmigrate.rewrites.arguments.arrays import makes_int32
from trtmigrate.rules.base import Rule

RULE = Rule("TRT116", "INT64 tensors taken for INT32", Safety.MANUAL)
MEMBER = "DataType.INT64"
FEWEST = 2  # types that a dictionary or a chain lists, to count as a translation
CLEARLY = 3  # a chain with as many is one, even if its branches do not show a type
MESSAGE = (
    "INT64 inputs and outputs of ONNX models stay INT64 since TensorRT 10, and these types lack "
    "it; if your model has such tensors, add trt.int64, which TensorRT 8 does not have, and give "
    "them INT64 arrays"
)
NARROWED = (
    "INT64 inputs of ONNX models stay INT64 since TensorRT 10, and the engine gets this one as "
    "INT32; if your model has it as INT64, give it INT64 data: ask get_tensor_dtype(name) for the "
    "type"
)


@RULE.scans
def int64_types(facts: Facts) -> Iterator[Proposal]:
    if not api.exists("DataType", "INT64", facts.release) or _names_int64(facts):
        return
    for table in facts.tree.of_kind(cst.Dict):
        keys = [e.key for e in table.elements if isinstance(e, cst.DictElement)]
        if len(keys) == len(table.elements) and _lacks_int64(keys, facts):
            yield _advise(table)
    for chain in facts.tree.of_kind(cst.If):
        if not isinstance(facts.tree.parent(chain), cst.If):
            branches = list(_branches(chain))
            types = [kind for branch in branches if (kind := _compared(branch, facts)) is not None]
            returned = all(_only_value(branch) is not None for branch in branches)
            is_translation = returned or len(types) >= CLEARLY
            if is_translation and len(types) == len(branches) and _lacks_int64(types, facts):
                yield _advise(chain.test)
    for conversion in _find_narrowed(facts):
        yield Proposal(conversion, MEMBER, NARROWED, Safety.MANUAL, advice=True)


def _advise(node: cst.CSTNode) -> Proposal:
    return Proposal(node, MEMBER, MESSAGE, Safety.MANUAL, advice=True)


def _find_narrowed(facts: Facts) -> Iterator[cst.Call]:
    """Yield the calls that make what an engine gets INT32."""
    by_list = any(execution.use.member != BY_NAME for execution in executions_of(facts))
    if by_list and not any(facts.method_calls("INetworkDefinition", "add_input")):
        given = (node for node in given_to_device(facts) if isinstance(node, cst.Call))
        narrowed = [call for call in given if makes_int32(call, facts)]
        yield from sorted(narrowed, key=facts.tree.order.__getitem__)


def _names_int64(facts: Facts) -> bool:
    """True if the module uses INT64 of TensorRT."""
    return any(_type_of(node, facts) == "INT64" for node in facts.tree.of_kind(cst.Attribute))


def _type_of(node: cst.BaseExpression, facts: Facts) -> str | None:
    """Return the name of a type of TensorRT: `trt.int32` and `trt.DataType.INT32` are INT32."""
    value = facts.value(node)
    if not isinstance(value, Ref) or not value.name.startswith("tensorrt."):
        return None
    owner, _, name = value.name.removeprefix("tensorrt.").rpartition(".")
    names = api.enum_members("DataType", facts.release)
    alias = owner == "" and api.value_type(name) == "DataType"
    return name.upper() if alias or (owner == "DataType" and name in names) else None


def _lacks_int64(types: list[cst.BaseExpression], facts: Facts) -> bool:
    """True if all expressions are types of TensorRT, INT32 among them and INT64 not."""
    names = [_type_of(node, facts) for node in types]
    return None not in names and "INT32" in names and len(names) >= FEWEST


def _branches(chain: cst.If) -> Iterator[cst.If]:
    """Yield the branches `if` and `elif` of a chain."""
    branch: cst.If | cst.Else | None = chain
    while isinstance(branch, cst.If):
        yield branch
        branch = branch.orelse


def _compared(branch: cst.If, facts: Facts) -> cst.BaseExpression | None:
    """Return `type` of `dtype == type`, also after `and`; None for any other test."""
    test: cst.BaseExpression = branch.test
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        test = test.right
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    (target,) = test.comparisons
    is_same = isinstance(target.operator, (cst.Equal, cst.Is))
    return target.comparator if is_same and _type_of(target.comparator, facts) else None


def _only_value(branch: cst.If) -> cst.BaseExpression | None:
    """Return the value of the one `return` that a branch consists of."""
    statement = _statement_of(branch)
    return statement.value if isinstance(statement, cst.Return) else None


def _statement_of(branch: cst.If) -> cst.CSTNode | None:
    body = branch.body.body
    if len(body) != 1 or not isinstance(body[0], cst.SimpleStatementLine):
        return None
    return body[0].body[0] if len(body[0].body) == 1 else None
