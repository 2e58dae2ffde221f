"""The names that TensorRT lost, written by hand for the corpus report: it shares nothing with the
package that the report measures. How each table is used: removed_uses.py.
"""

from __future__ import annotations

import re

# release that lacks it -> class -> names. "8" stands for everything removed before 8.5.
DISTINCTIVE = {
    8: {
        "Builder": "build_cuda_engine fp16_mode int8_mode strict_type_constraints"
        " min_find_iterations average_find_iterations int8_calibrator set_max_batch_size"
        " set_max_workspace_size get_max_workspace_size set_fp16_mode get_fp16_mode set_half2_mode"
        " get_half2_mode set_int8_mode get_int8_mode set_int8_calibrator"
        " set_average_find_iterations set_min_find_iterations",
        "ICudaEngine": "get_nb_bindings get_binding_dimensions get_binding_data_type",
        "INetworkDefinition": "add_matrix_multiply_deprecated add_plugin_ext add_rnn"
        " pooling_output_dimensions_formula convolution_output_dimensions_formula"
        " deconvolution_output_dimensions_formula",
        "IMatrixMultiplyLayer": "transpose0 transpose1",
        "OnnxParser": "get_refit_map",
    },
    10: {
        "Builder": "build_engine max_batch_size",
        "IBuilderConfig": "max_workspace_size min_timing_iterations",
        "ICudaEngine": "binding_is_input get_binding_bytes_per_component"
        " get_binding_components_per_element get_binding_dtype get_binding_format"
        " get_binding_format_desc get_binding_index get_binding_name get_binding_shape"
        " get_binding_vectorized_dim get_profile_shape get_profile_shape_input"
        " is_execution_binding is_shape_binding max_batch_size num_bindings",
        "IExecutionContext": "execute_async execute_async_v2 get_binding_shape set_binding_shape"
        " set_shape_input active_optimization_profile",
        "INetworkDefinition": "add_convolution add_deconvolution add_fully_connected add_pooling"
        " add_rnn_v2 has_explicit_precision",
    },
    11: {
        "Builder": "platform_has_fast_fp16 platform_has_fast_int8 platform_has_tf32",
        "IBuilderConfig": "int8_calibrator algorithm_selector clear_quantization_flag"
        " get_calibration_profile get_quantization_flag quantization_flags set_calibration_profile"
        " set_quantization_flag",
        "ICudaEngine": "create_execution_context_without_device_memory device_memory_size"
        " get_device_memory_size_for_profile has_implicit_batch_dimension"
        " minimum_weight_streaming_budget weight_streaming_budget",
        "IExecutionContext": "all_shape_inputs_specified",
        "ILayer": "output_type_is_set precision_is_set reset_output_type reset_precision"
        " set_output_type",
        "INormalizationLayer": "compute_precision",
        "IPluginRegistry": "get_plugin_creator plugin_creator_list",
        "ITensor": "dynamic_range reset_dynamic_range set_dynamic_range get_dynamic_range",
        "OnnxParser": "parse_with_weight_descriptors supports_model",
        "Refitter": "get_tensors_with_dynamic_range",
    },
}
GENERIC = {
    8: {
        "Builder": "max_workspace_size debug_sync refittable destroy set_debug_sync get_debug_sync"
        " get_max_batch_size",
        "ICudaEngine": "max_workspace_size destroy get_max_batch_size get_nb_layers",
        "IExecutionContext": "enqueue destroy get_engine set_profiler set_debug_sync",
        "Runtime": "destroy",
        "INetworkDefinition": "add_plugin destroy get_nb_inputs get_nb_outputs get_nb_layers",
        "IResizeLayer": "align_corners",
        "ITensor": "get_dynamic_range",
        "UffParser": "plugin_factory plugin_factory_ext destroy",
    },
    10: {
        "ICudaEngine": "get_location",
        "IExecutionContext": "execute get_shape get_strides",
        "INetworkDefinition": "add_padding",
        "IConvolutionLayer": "dilation kernel_size padding stride",
        "IDeconvolutionLayer": "kernel_size padding stride",
        "IPoolingLayer": "padding stride window_size",
        "IPaddingLayer": "pre_padding post_padding",
        "IFullyConnectedLayer": "bias kernel num_output_channels",
        "IRNNv2Layer": "cell_state data_length direction get_bias_for_gate get_weights_for_gate"
        " hidden_size hidden_state input_mode max_seq_length num_layers op seq_lengths"
        " set_bias_for_gate set_weights_for_gate",
        "UffParser": "error_recorder parse parse_binary_proto parse_buffer plugin_factory_v2"
        " plugin_namespace protobuf_buffer_size register_input register_output"
        " uff_required_version_major uff_required_version_minor uff_required_version_patch",
        "IBlobNameToTensor": "find",
        "IPluginCreator": "tensorrt_version",
        "IAlgorithmIOInfo": "tensor_format",
    },
    11: {"ILayer": "precision", "ITensor": "dtype"},
}
QUALIFIED = {
    8: {"LayerType": "RNN"},
    10: {
        "BuilderFlag": "ENABLE_TACTIC_HEURISTIC STRICT_TYPES",
        "EngineCapability": "DEFAULT SAFE_DLA SAFE_GPU",
        "IOutputAllocator": "notify_shape reallocate_output tensorrt_version",
        "LayerType": "FULLY_CONNECTED RNN_V2",
        "NetworkDefinitionCreationFlag": "EXPLICIT_PRECISION",
        "PaddingMode": "CAFFE_ROUND_DOWN CAFFE_ROUND_UP",
        "PreviewFeature": "DISABLE_EXTERNAL_TACTIC_SOURCES_FOR_CORE_0805"
        " FASTER_DYNAMIC_SHAPES_0805",
        "ProfilingVerbosity": "DEFAULT VERBOSE",
        "SampleMode": "DEFAULT",
    },
    11: {
        "BuilderFlag": "BF16 FP16 FP4 FP8 INT4 INT8 OBEY_PRECISION_CONSTRAINTS"
        " PREFER_PRECISION_CONSTRAINTS REJECT_EMPTY_ALGORITHMS WEIGHTLESS",
        "NetworkDefinitionCreationFlag": "EXPLICIT_BATCH",
        "PreviewFeature": "MULTIDEVICE_RUNTIME_10_16 PROFILE_SHARING_0806",
        "TacticSource": "CUBLAS CUBLAS_LT CUDNN",
    },
}
TOP = {
    8: "infer parsers utils lite legacy DimsCHW DimsNCHW DimensionType IPlugin IPluginExt"
    " IPluginLayer IPluginFactory ICaffePluginFactory ICaffePluginFactoryExt IUffPluginFactory"
    " IUffPluginFactoryExt IRNNLayer IOutputDimensionsFormula",
    10: "CaffeParser FieldCollection FieldMap FieldType IBlobNameToTensor ICaffePluginFactoryV2"
    " IFullyConnectedLayer IRNNv2Layer RNNDirection RNNGateType RNNInputMode RNNOperation"
    " ResizeMode SliceMode UffInputOrder UffParser shutdown_protobuf_library",
    11: "CalibrationAlgoType IAlgorithm IAlgorithmContext IAlgorithmIOInfo IAlgorithmSelector"
    " IAlgorithmVariant IInt8Calibrator IInt8EntropyCalibrator IInt8EntropyCalibrator2"
    " IInt8LegacyCalibrator IInt8MinMaxCalibrator IStreamReader QuantizationFlag"
    " SubGraphCollection",
}
# Calls that are no longer taken with two arguments: name -> release, class.
TWO_ARGUMENTS = {
    "deserialize_cuda_engine": (8, "Runtime"),
    "add_quantize": (11, "INetworkDefinition"),
    "add_dequantize": (11, "INetworkDefinition"),
}
UNMISTAKABLE = re.compile(r"I[A-Z][a-z]\w+|Uff\w+|CaffeParser|RNN\w+|CalibrationAlgoType")
RUNTIME = frozenset({"ICudaEngine", "IExecutionContext"})
# Other classes keep a member of that name.
ELSEWHERE = frozenset({"op", "bias", "kernel", "parse", "pre_padding", "post_padding"})
STORED_ONLY = frozenset({"active_optimization_profile", "dtype"})

# The last name of a receiver that makes it likely to be of a class.
NAMED = {
    "ICudaEngine": re.compile(r"engines?\d*(\[\])?$", re.I),
    "IExecutionContext": re.compile(r"context|ctx|ctxs", re.I),
    "Builder": re.compile(r"builder\d*$", re.I),
    "INetworkDefinition": re.compile(r"network$", re.I),
    "ILayer": re.compile(r"layer\d*(\[\])?$", re.I),
    "ITensor": re.compile(r"tensor\d*$", re.I),
    "Runtime": re.compile(r"runtime$", re.I),
    "IPluginCreator": re.compile(r"creator", re.I),
    "IAlgorithmIOInfo": re.compile(r"io_?info", re.I),
}
# The calls that make an object of a class, by the last name of what is called.
MAKERS = {
    "ICudaEngine": "deserialize_cuda_engine build_engine build_cuda_engine build_engine_with_config"
    " ICudaEngine get_engine load_engine",
    "IExecutionContext": "create_execution_context IExecutionContext"
    " create_execution_context_without_device_memory",
    "Builder": "Builder create_infer_builder",
    "INetworkDefinition": "create_network INetworkDefinition",
    "Runtime": "Runtime create_infer_runtime",
    "UffParser": "UffParser CaffeParser create_uff_parser create_caffe_parser",
    "IConvolutionLayer": "add_convolution add_convolution_nd IConvolutionLayer",
    "IDeconvolutionLayer": "add_deconvolution add_deconvolution_nd IDeconvolutionLayer",
    "IPoolingLayer": "add_pooling add_pooling_nd IPoolingLayer",
    "IPaddingLayer": "add_padding add_padding_nd IPaddingLayer",
    "IFullyConnectedLayer": "add_fully_connected IFullyConnectedLayer",
    "IRNNv2Layer": "add_rnn_v2 add_rnn IRNNv2Layer",
    "IResizeLayer": "add_resize",
    "ITensor": "add_input get_input get_output ITensor",
    "Refitter": "Refitter",
}
MADE = {name: cls for cls, names in MAKERS.items() for name in names.split()}
LAYERS = frozenset(cls for cls in MAKERS if cls.endswith("Layer"))
COMMAND_LINE = frozenset({"args", "opt", "opts", "FLAGS", "options", "hparams"})
SELF = frozenset({"self", "cls", "super()"})
