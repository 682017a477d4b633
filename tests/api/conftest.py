from tests.api.serving import (  # noqa: F401
    admin,
    app,
    configuration,
    http,
    remote_hall,
    state,
    tokens,
    url,
)
