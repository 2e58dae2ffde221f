"""Arguments of calls, and the signatures that take or refuse them."""
