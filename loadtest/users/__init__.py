"""Who comes to a hall in a load test, as locust users. Only locust's own processes import this:
locust patches the standard library for gevent as soon as it is imported."""
