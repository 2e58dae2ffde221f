import tensorrt as trt

LOGGER = trt.Logger(trt.Logger.ERROR)


class Converter:
    def __init__(self, workspace=1, int8=False, calibrator=None):
        self.builder = trt.Builder(LOGGER)
        self.config = self.builder.create_builder_config()
        self.config.max_workspace_size = workspace * (2**20)
        self.network = None
        if int8:
            if self.builder.platform_has_fast_int8:
                self.config.set_flag(trt.BuilderFlag.INT8)
                self.config.int8_calibrator = calibrator

    def create_network(self, fill):
        flags = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
        self.network = self.builder.create_network(flags)
        fill(self.network)
        inputs = [self.network.get_input(i) for i in range(self.network.num_inputs)]
        print("inputs", [(one.name, tuple(one.shape)) for one in inputs])

    def create_engine(self, path):
        with self.builder.build_engine(self.network, self.config) as engine, open(path, "wb") as f:
            print("writing", path)
            f.write(engine.serialize())
