"""Builds and queries that fail: the answers."""

import numpy as np
import tensorrt as trt
from common import logger, sum_and_product, tell

FLAG = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)


def network(shape):
    builder = trt.Builder(logger)
    net = builder.create_network(FLAG)
    x = net.add_input("x", trt.float32, shape)
    return builder, net, builder.create_builder_config(), x


def no_output():
    builder, net, config, _ = network((2, 3))
    return builder.build_serialized_network(net, config)


def no_profile():
    builder, net, config, x = network((-1, 3))
    net.mark_output(net.add_identity(x).get_output(0))
    return builder.build_serialized_network(net, config)


def profile_without_input():
    builder, net, config, x = network((-1, 3))
    net.mark_output(net.add_identity(x).get_output(0))
    return [
        config.add_optimization_profile(builder.create_optimization_profile()),
        builder.build_serialized_network(net, config),
    ]


def shapes_that_do_not_fit():
    builder, net, config, x = network((2, 3))
    other = net.add_constant((2, 4), trt.Weights(np.ones((2, 4), np.float32)))
    layer = net.add_elementwise(x, other.get_output(0), trt.ElementWiseOperation.SUM)
    net.mark_output(layer.get_output(0))
    return builder.build_serialized_network(net, config)


def built_engine():
    builder, net, config, _ = network((2, 3))
    return builder.build_engine(net, config)


tell("a network without an output", no_output)
tell("a dynamic network without a profile", no_profile)
tell("a profile without the input", profile_without_input)
tell("shapes that do not fit", shapes_that_do_not_fit)
tell("build_engine without an output", built_engine)
engine = sum_and_product()
context = engine.create_execution_context()
for name in ("nope", "", "outA [profile 1]"):
    tell(f"mode of {name!r}", lambda name=name: engine.get_tensor_mode(name))
    tell(f"dtype of {name!r}", lambda name=name: engine.get_tensor_dtype(name))
    tell(f"location of {name!r}", lambda name=name: engine.get_tensor_location(name))
    tell(f"shape of {name!r}", lambda name=name: engine.get_tensor_shape(name))
    tell(f"format of {name!r}", lambda name=name: engine.get_tensor_format(name))
    tell(f"address of {name!r}", lambda name=name: context.set_tensor_address(name, 4096))
    tell(f"input shape of {name!r}", lambda name=name: context.set_input_shape(name, (2, 2)))
    tell(f"context's shape of {name!r}", lambda name=name: context.get_tensor_shape(name))
    tell(f"binding index of {name!r}", lambda name=name: engine.get_binding_index(name))
