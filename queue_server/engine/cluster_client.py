"""A cluster for those who copy all of it: the blocking client of redis-py, which finds the primary
of each key and looks through all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from redis import Redis
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import RedisClusterException, RedisError

from queue_server.engine.cluster import is_cluster, seeds


@contextmanager
def client(url: str, patience: float) -> Iterator[Redis]:
    """One Redis or a cluster, with the same verbs; an answer may take `patience` (s). Raises
    `RedisError`, also when one of the primaries is away: a copy without it would not be one."""
    if not is_cluster(url):
        with Redis.from_url(url, socket_timeout=patience) as redis:
            yield redis
        return
    try:
        with _cluster(url, patience) as cluster:
            yield cast(Redis, cluster)
    except RedisClusterException as error:
        raise RedisError(str(error)) from error


def _cluster(url: str, patience: float) -> RedisCluster:
    nodes = seeds(url)
    started = [ClusterNode(node.host, node.port) for node in nodes]  # type: ignore[no-untyped-call]  # redis-py's
    return RedisCluster(
        startup_nodes=started,
        username=nodes[0].username or None,
        password=nodes[0].password or None,
        ssl=nodes[0].tls,
        socket_timeout=patience,
    )
