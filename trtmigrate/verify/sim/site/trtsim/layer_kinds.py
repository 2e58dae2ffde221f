"""List every kind of layer that the simulator can make, with the settings it begins with."""

from __future__ import annotations

from typing import Any, Dict, Tuple

NONE = "NONE"

_WINDOW = {
    "stride_nd": None,
    "pre_padding": None,
    "post_padding": None,
    "padding_mode": "EXPLICIT_ROUND_DOWN",
}
_CONVOLUTION = {
    "num_output_maps": 0,
    "kernel_size_nd": None,
    "kernel": None,
    "bias": None,
    "num_groups": 1,
    "dilation_nd": None,
    **_WINDOW,
}
_PER_AXIS = {"axis": -1, "to_type": None}

# By the name of the enumerator: the class, the name in generated names, and the settings.
KINDS: Dict[str, Tuple[str, str, Dict[str, Any]]] = {
    "ACTIVATION": ("IActivationLayer", "Activation", {"type": None, "alpha": 0.0, "beta": 0.0}),
    "ASSERTION": ("IAssertionLayer", "Assertion", {"message": ""}),
    "CAST": ("ICastLayer", "Cast", {"to_type": None}),
    "CONCATENATION": ("IConcatenationLayer", "Concatenation", {"axis": None}),
    "CONSTANT": ("IConstantLayer", "Constant", {"shape": None, "weights": None, "dtype": None}),
    "CONVOLUTION": ("IConvolutionLayer", "Convolution", _CONVOLUTION),
    "CUMULATIVE": ("ICumulativeLayer", "Cumulative", {"op": None, "exclusive": 0, "reverse": 0}),
    "DECONVOLUTION": ("IDeconvolutionLayer", "Deconvolution", _CONVOLUTION),
    "DEQUANTIZE": ("IDequantizeLayer", "Dequantize", _PER_AXIS),
    "EINSUM": ("IEinsumLayer", "Einsum", {"equation": ""}),
    "ELEMENTWISE": ("IElementWiseLayer", "ElementWise", {"op": None}),
    "FILL": (
        "IFillLayer",
        "Fill",
        {"shape": None, "operation": None, "alpha": 0.0, "beta": 1.0, "to_type": None},
    ),
    "FULLY_CONNECTED": (
        "IFullyConnectedLayer",
        "Fully Connected",
        {"num_output_channels": 0, "kernel": None, "bias": None},
    ),
    "GATHER": (
        "IGatherLayer",
        "Gather",
        {"axis": 0, "mode": "DEFAULT", "num_elementwise_dims": 0},
    ),
    "IDENTITY": ("IIdentityLayer", "Identity", {}),
    "ITERATOR": ("IIteratorLayer", "Iterator", {"loop": 0, "axis": 0, "reverse": False}),
    "LOOP_OUTPUT": ("ILoopOutputLayer", "Loop Output", {"loop": 0, "kind": None, "axis": 0}),
    "LRN": ("ILRNLayer", "LRN", {"window_size": 1, "alpha": 0.0, "beta": 0.0, "k": 0.0}),
    "MATRIX_MULTIPLY": (
        "IMatrixMultiplyLayer",
        "Matrix Multiply",
        {"op0": NONE, "op1": NONE},
    ),
    "NON_ZERO": ("INonZeroLayer", "NonZero", {}),
    "NORMALIZATION": (
        "INormalizationLayer",
        "Normalization",
        {"axes": 0, "epsilon": 1e-5, "num_groups": 1, "compute_precision": "FLOAT"},
    ),
    "ONE_HOT": ("IOneHotLayer", "OneHot", {"axis": -1}),
    "PADDING": ("IPaddingLayer", "Padding", {"pre_padding_nd": None, "post_padding_nd": None}),
    "PARAMETRIC_RELU": ("IParametricReLULayer", "Parametric Relu", {}),
    "POOLING": (
        "IPoolingLayer",
        "Pooling",
        {
            "type": None,
            "window_size_nd": None,
            "average_count_excludes_padding": True,
            "blend_factor": 0.0,
            **_WINDOW,
        },
    ),
    "QUANTIZE": ("IQuantizeLayer", "Quantize", _PER_AXIS),
    "RAGGED_SOFTMAX": ("IRaggedSoftMaxLayer", "Ragged SoftMax", {}),
    "RECURRENCE": ("IRecurrenceLayer", "Recurrence", {"loop": 0, "next": None}),
    "REDUCE": ("IReduceLayer", "Reduce", {"op": None, "axes": 0, "keep_dims": False}),
    "RESIZE": (
        "IResizeLayer",
        "Resize",
        {
            "shape": None,
            "scales": None,
            "resize_mode": "NEAREST",
            "coordinate_transformation": None,
            "nearest_rounding": "FLOOR",
            "selector_for_single_pixel": "FORMULA",
            "exclude_outside": False,
            "cubic_coeff": -0.75,
        },
    ),
    "REVERSE_SEQUENCE": (
        "IReverseSequenceLayer",
        "Reverse Sequence",
        {"batch_axis": 1, "sequence_axis": 0},
    ),
    "SCALE": (
        "IScaleLayer",
        "Scale",
        {"mode": None, "shift": None, "scale": None, "power": None, "channel_axis": 1},
    ),
    "SCATTER": ("IScatterLayer", "Scatter", {"axis": 0, "mode": None}),
    "SELECT": ("ISelectLayer", "Select", {}),
    "SHAPE": ("IShapeLayer", "Shape", {}),
    "SHUFFLE": (
        "IShuffleLayer",
        "Shuffle",
        {
            "first_transpose": None,
            "reshape_dims": None,
            "second_transpose": None,
            "zero_is_placeholder": True,
        },
    ),
    "SLICE": (
        "ISliceLayer",
        "Slice",
        {"start": None, "shape": None, "stride": None, "mode": "STRICT_BOUNDS", "axes": None},
    ),
    "SOFTMAX": ("ISoftMaxLayer", "Softmax", {"axes": 0}),
    "SQUEEZE": ("ISqueezeLayer", "Squeeze", {}),
    "TOPK": ("ITopKLayer", "TopK", {"op": None, "k": 0, "axes": 0}),
    "TRIP_LIMIT": ("ITripLimitLayer", "Trip Limit", {"loop": 0, "kind": None}),
    "UNARY": ("IUnaryLayer", "Unary", {"op": None}),
    "UNSQUEEZE": ("IUnsqueezeLayer", "Unsqueeze", {}),
}
# How many outputs a layer has, where it is not one.
OUTPUTS = {"TOPK": 2, "ASSERTION": 0, "TRIP_LIMIT": 0}
