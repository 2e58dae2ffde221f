"""Layers whose every output element depends on one element of each input."""

from __future__ import annotations

import math
from typing import Callable, Dict, List, Sequence

import numpy as np

from ..release import refuse
from .registry import Array, Attributes, Info, as_float, broadcast, like_first, present, register

_erf = np.vectorize(math.erf, otypes=[np.float64])


def _error_function(x: Array) -> Array:
    return _erf(x).astype(x.dtype) if x.size else x


UNARY: Dict[str, Callable[[Array], Array]] = {
    "EXP": np.exp,
    "LOG": np.log,
    "SQRT": np.sqrt,
    "RECIP": lambda x: 1 / x,
    "ABS": np.abs,
    "NEG": np.negative,
    "SIN": np.sin,
    "COS": np.cos,
    "TAN": np.tan,
    "SINH": np.sinh,
    "COSH": np.cosh,
    "ASIN": np.arcsin,
    "ACOS": np.arccos,
    "ATAN": np.arctan,
    "ASINH": np.arcsinh,
    "ACOSH": np.arccosh,
    "ATANH": np.arctanh,
    "CEIL": np.ceil,
    "FLOOR": np.floor,
    "ERF": _error_function,
    "NOT": np.logical_not,
    "SIGN": np.sign,
    "ROUND": np.rint,
    "ISINF": np.isinf,
    "ISNAN": np.isnan,
}


def _unary_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    is_test = attributes["op"] in ("ISINF", "ISNAN")
    return [Info(given[0].shape, "BOOL" if is_test else given[0].dtype)]


def _unary(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [UNARY[attributes["op"]](as_float(given[0]))]


def _activate(kind: str, x: Array, alpha: float, beta: float) -> Array:
    if kind == "RELU":
        return np.maximum(x, 0)
    if kind == "SIGMOID":
        return 1 / (1 + np.exp(-x))
    if kind == "TANH":
        return np.tanh(x)
    if kind == "LEAKY_RELU":
        return np.where(x >= 0, x, alpha * x)
    if kind == "ELU":
        return np.where(x >= 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))
    if kind == "SELU":
        return np.where(x >= 0, beta * x, beta * alpha * (np.exp(np.minimum(x, 0)) - 1))
    if kind == "SOFTSIGN":
        return x / (1 + np.abs(x))
    if kind == "SOFTPLUS":
        return alpha * np.log(np.exp(beta * x) + 1)
    if kind == "CLIP":
        return np.maximum(alpha, np.minimum(beta, x))
    if kind == "HARD_SIGMOID":
        return np.maximum(0, np.minimum(1, alpha * x + beta))
    if kind == "SCALED_TANH":
        return alpha * np.tanh(beta * x)
    if kind == "THRESHOLDED_RELU":
        return np.where(x > alpha, x, 0)
    if kind == "GELU_ERF":
        return 0.5 * x * (1 + _error_function(x / math.sqrt(2)))
    if kind == "GELU_TANH":
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    refuse("ActivationType.%s" % kind)


def _activation(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    return [_activate(attributes["type"], x, attributes["alpha"], attributes["beta"])]


def _divide(x: Array, y: Array) -> Array:
    if x.dtype.kind == "f":
        return x / y
    return np.trunc(x / np.where(y == 0, 1, y))  # integers are divided towards zero


BINARY: Dict[str, Callable[[Array, Array], Array]] = {
    "SUM": np.add,
    "PROD": np.multiply,
    "MAX": np.maximum,
    "MIN": np.minimum,
    "SUB": np.subtract,
    "DIV": _divide,
    "POW": np.power,
    "FLOOR_DIV": np.floor_divide,
    "AND": np.logical_and,
    "OR": np.logical_or,
    "XOR": np.logical_xor,
    "EQUAL": np.equal,
    "GREATER": np.greater,
    "LESS": np.less,
}


def _binary_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    dtype = "BOOL" if attributes["op"] in ("EQUAL", "GREATER", "LESS") else given[0].dtype
    return [Info(broadcast(given[0].shape, given[1].shape), dtype)]


def _binary(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [BINARY[attributes["op"]](as_float(given[0]), as_float(given[1]))]


def _cast_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(given[0].shape, attributes.get("to_type") or given[0].dtype)]


def _same(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [given[0]]


def _select_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(broadcast(*(info.shape for info in given)), given[1].dtype)]


def _select(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [np.where(given[0], given[1], given[2])]


def _slope_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(given[0].shape, given[0].dtype)]


def _slope(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    return [np.where(x >= 0, x, as_float(given[1]) * x)]


def _constant_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    value = attributes["weights"].reshape(attributes["shape"])
    return [Info(tuple(attributes["shape"]), attributes["dtype"], value)]


def _constant(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [attributes["weights"].reshape(attributes["shape"])]


def _scale(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    axis = attributes["channel_axis"]

    def spread(name: str, neutral: float) -> Array:
        weights = attributes[name]
        if weights is None or not weights.size:
            return np.float32(neutral)
        if attributes["mode"] == "UNIFORM":
            return as_float(weights).reshape(-1)[0]
        if attributes["mode"] == "CHANNEL":
            shape = [1] * x.ndim
            shape[axis] = -1
            return as_float(weights).reshape(shape)
        return as_float(weights).reshape(x.shape[axis:])

    scaled = x * spread("scale", 1) + spread("shift", 0)
    power = attributes["power"]
    return [scaled if power is None or not power.size else scaled ** spread("power", 1)]


def _per_axis(scale: Array, rank: int, axis: int) -> Array:
    if scale.size == 1:
        return as_float(scale.reshape(-1)[:1].reshape([1] * rank))
    shape = [1] * rank
    shape[axis] = -1
    return as_float(scale).reshape(shape)


def _quantize_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(given[0].shape, attributes.get("to_type") or "INT8")]


def _quantize(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    scaled = np.rint(x * (1 / _per_axis(given[1], x.ndim, attributes["axis"])))
    return [np.clip(scaled, -128, 127)]


def _dequantize_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(given[0].shape, attributes.get("to_type") or given[1].dtype)]


def _dequantize(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = given[0].astype(np.float32)
    return [x * _per_axis(given[1], x.ndim, attributes["axis"])]


def _fill_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    shape = tuple(attributes["shape"])
    if present(given, 0):
        value = given[0].value
        shape = tuple(int(n) for n in value) if value is not None else (-1,) * given[0].shape[0]
    if attributes["operation"] == "LINSPACE" and not present(given, 2) and len(shape) != 1:
        raise ValueError("alpha and beta tensors are wanted for a fill of several axes")
    dtype = given[1].dtype if present(given, 1) else attributes.get("to_type") or "FLOAT"
    return [Info(shape, dtype)]


def _fill(attributes: Attributes, given: List[Array]) -> List[Array]:
    shape = tuple(attributes["shape"])
    if present(given, 0):
        shape = tuple(int(n) for n in given[0])
    alpha = given[1] if present(given, 1) else attributes["alpha"]
    beta = given[2] if present(given, 2) else attributes["beta"]
    if attributes["operation"] == "LINSPACE":
        places = np.indices(shape) if shape else np.zeros((0,))
        steps = np.asarray(beta).reshape(-1)
        return [sum((places[i] * steps[i] for i in range(len(shape))), np.asarray(alpha))]
    # No release promises which random numbers come; here they are the same in every run.
    generator = np.random.default_rng(1)
    if attributes["operation"] == "RANDOM_UNIFORM":
        return [generator.uniform(alpha, beta, shape)]
    return [generator.normal(alpha, beta, shape)]


def _assertion_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    if given[0].value is not None:
        _assertion(attributes, [given[0].value])
    return []


def _assertion(attributes: Attributes, given: List[Array]) -> List[Array]:
    if not np.all(given[0]):
        raise ValueError("assertion failed: %s" % attributes["message"])
    return []


register("UNARY", _unary_infer, _unary)
register("ACTIVATION", like_first, _activation)
register("ELEMENTWISE", _binary_infer, _binary)
register("IDENTITY", like_first, _same)
register("CAST", _cast_infer, _same)
register("SELECT", _select_infer, _select)
register("PARAMETRIC_RELU", _slope_infer, _slope)
register("CONSTANT", _constant_infer, _constant)
register("SCALE", like_first, _scale)
register("QUANTIZE", _quantize_infer, _quantize)
register("DEQUANTIZE", _dequantize_infer, _dequantize)
register("FILL", _fill_infer, _fill)
register("ASSERTION", _assertion_infer, _assertion)
