"""`python -m ops.jobs` is the worker beside the server: it ends when whoever started it does."""

from ops.jobs.worker import beside_server

if __name__ == "__main__":
    beside_server()
