"""Files that install TensorRT: requirements, project metadata, containers."""
