from models import EngineBuilder


def parse(opt):
    builder = EngineBuilder(opt["weights"])
    builder.build(boxes=opt["boxes"], fp16=opt["half"])
