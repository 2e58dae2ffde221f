"""What is done to a file's text, and the reading of the result before it is accepted."""
