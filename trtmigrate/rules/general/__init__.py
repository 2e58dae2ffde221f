"""Rules TRT0: uses that no other rule answers for."""
