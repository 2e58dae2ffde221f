"""Rules TRT2: IExecutionContext."""
