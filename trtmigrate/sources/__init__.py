"""Read and write sources: files, configuration, the gate, comments that switch the tool off."""
