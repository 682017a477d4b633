"""The port on Redis: one command, one function call, one step."""
