"""Run one program and record every TensorRT execution in it.

    PYTHON path/to/recorder CONFIG.json SCRIPT [ARG ...]
    PYTHON path/to/recorder --probe             print what this interpreter has, as one line of JSON
    PYTHON path/to/recorder --describe PLAN     print the inputs and outputs of a plan file as JSON

The interpreter that has the wanted TensorRT is often not the interpreter that has this package. So
the folder stands alone: Python 3.8 or newer, the standard library, and NumPy only where values of
tensors have to be looked at. Nothing is pickled: the record is JSON lines, and tensors are raw
little-endian bytes.

CONFIG.json:

    record              folder for record.jsonl and tensors/
    plans               folder for the engines that both sides share
    pin                 "keep" the engines that are built, "use" the kept engines, or "off"
    keep_whole          a tensor of at most this many bytes is kept whole; of a larger tensor
                        only a digest and statistics are kept
    version_compatible  build and load plans that another major release can open
    lean_runtime        path of the lean runtime library of the release that builds, or null
    lean_first          true if this side runs another major release and needs that library
    quick_build         build without trying kernels, where the release can do that
    surface             JSON file with the members of this release, for a TensorRT without a
                        builder; or null
    stub_missing        true if what is not installed, and files that are missing, are stand-ins
    engines             inputs and outputs of the engines that stand in for missing plans and models
    call                what to call instead of running the script, or null
    root                the folder that was copied
    simulated           true on the simulator, which redirects torch to itself
    seed                seed of random, numpy, cupy and torch
"""
