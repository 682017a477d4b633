"""The Redis of the tests, one or a cluster: it can be killed as a power cut would, and frozen."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from redis import Redis

from queue_server.engine.cluster import SLOTS, slot_of
from queue_server.engine.private_redis import PrivateRedis
from tests.installation import free_port, wait_until

PRIMARIES = 3
#: After so long (ms) a node that says nothing is taken for dead. On a busy machine with one primary
#: killed, a shorter one leaves the others without a majority, and they refuse what they are asked.
NODE_TIMEOUT = 4000


class RedisServer(PrivateRedis):
    """A real redis-server; without `durable` it forgets everything when it stops."""

    def __init__(self, folder: Path, durable: bool = False, fsync: str = "always") -> None:
        super().__init__(folder, durable=durable, fsync=fsync)

    def start(self, patience: float = 60.0) -> RedisServer:
        super().start(patience)
        return self

    def kill(self) -> None:
        """No goodbye."""
        self.send(signal.SIGKILL)

    def written(self) -> None:
        """Wait until everything that it was told has left it for its log: one that syncs once a
        second holds back its writes while the disk is busy."""
        with Redis.from_url(self.url) as line:

            def nothing_held_back() -> bool:
                told: Any = line.info("persistence")
                return not told["aof_buffer_length"] and not told["aof_pending_bio_fsync"]

            wait_until(nothing_held_back, "its log is written")

    def freeze(self, frozen: bool = True) -> None:
        """Let it say nothing, without being gone."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)


class ClusterNode(RedisServer):
    """A node of a cluster: on a port of its own, and every write of it on disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, durable=True)
        self.port, self.bus = free_port(), free_port()
        self._options += (
            *(
                "--port",
                str(self.port),
                "--cluster-port",
                str(self.bus),
                "--cluster-enabled",
                "yes",
            ),
            *("--cluster-node-timeout", str(NODE_TIMEOUT), "--cluster-require-full-coverage", "no"),
            *("--repl-diskless-sync-delay", "0"),
        )

    def say(self, *words: str | int) -> Any:
        """Somebody at the machine types this into redis-cli."""
        with Redis(port=self.port, decode_responses=True) as line:
            return line.execute_command(*words)

    @property
    def well(self) -> bool:
        """Whether it knows a cluster that works."""
        return "cluster_state:ok" in str(self.say("CLUSTER", "INFO"))

    @property
    def copies(self) -> bool:
        """Whether it is a replica that has caught up."""
        told: list[Any] = self.say("ROLE")
        return bool(told[0] == "slave" and told[3] == "connected")

    def knows_replica(self, id_: str) -> bool:
        """Whether it knows the node of this id as a replica."""
        nodes: str = self.say("CLUSTER", "NODES")
        return any(id_ in line and "slave" in line for line in nodes.splitlines())

    @property
    def electorate(self) -> int:
        """How many primaries with slots it knows: who may elect, and tell it of a failure."""
        told: str = self.say("CLUSTER", "INFO")
        return int(told.partition("cluster_size:")[2].split()[0])


class RedisCluster:
    """Three primaries that share the slots; one of them may be given a replica."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.nodes: list[ClusterNode] = []

    @property
    def url(self) -> str:
        """As a setting names it."""
        return "redis-cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self) -> RedisCluster:
        """All primaries, each with its third of the slots."""
        for _ in range(PRIMARIES):
            self._started()
        bounds = [SLOTS * number // PRIMARIES for number in range(PRIMARIES + 1)]
        for number, node in enumerate(self.nodes):
            node.say("CLUSTER", "ADDSLOTSRANGE", bounds[number], bounds[number + 1] - 1)
            node.say("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for node in self.nodes[1:]:
            self._meets(node)
        wait_until(lambda: all(node.well for node in self.nodes), "the cluster is well")
        return self

    def replica_of(self, primary: ClusterNode) -> ClusterNode:
        """A node that copies a primary, and has caught up with it."""
        node = self._started()
        self._meets(node)
        id_ = primary.say("CLUSTER", "MYID")
        wait_until(lambda: id_ in str(node.say("CLUSTER", "NODES")), "the primary is known")
        node.say("CLUSTER", "REPLICATE", id_)
        own = node.say("CLUSTER", "MYID")
        # Only those who know it as a replica would vote for it; and of the others it has heard from
        # the primary alone: were that killed before, nobody could tell it that it is wanted.
        wait_until(
            lambda: (
                node.copies
                and node.electorate == PRIMARIES
                and all(one.knows_replica(own) for one in self.nodes)
            ),
            "it has caught up, and everybody knows everybody",
        )
        return node

    def primary_of(self, tenant: str) -> ClusterNode:
        """Who has a tenant's slot at the beginning."""
        return self.nodes[slot_of(tenant) * PRIMARIES // SLOTS]

    def kill(self) -> None:
        """No goodbye from any of them."""
        for node in self.nodes:
            node.kill()

    def _started(self) -> ClusterNode:
        node = ClusterNode(self._folder / str(len(self.nodes)))
        node.start()
        self.nodes.append(node)
        return node

    def _meets(self, node: ClusterNode) -> None:
        first = self.nodes[0]
        node.say("CLUSTER", "MEET", "127.0.0.1", first.port, first.bus)
