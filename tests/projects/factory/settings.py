"""Constants of the model."""

INPUT_NAME = "images"
OUTPUT_NAME = "scores"
INPUT_INDEX = 0
OUTPUT_INDEX = 1
BATCH, CLASSES = 4, 5
WORKSPACE = 1 << 24
PLAN = "classifier.plan"
