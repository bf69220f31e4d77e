"""What several brokers are told of each other, and how a process takes its orders."""

from tests.chaos.clusters import among
from tests.chaos.service import at_point

PORTS = [{"kafka": 10 * n, "kafka controller": 10 * n + 1, "services": 10 * n + 2, "proxy": 10 * n + 3} for n in (1, 2, 3)]


def test_services_are_told_a_brokers_proxy_and_brokers_each_others_own_ports():
    told = among(2, PORTS)
    assert told["node.id"] == "2" and told["controller.quorum.voters"] == "1@127.0.0.1:11,2@127.0.0.1:21,3@127.0.0.1:31"
    assert told["listeners"] == "PLAINTEXT://127.0.0.1:20,SERVICES://127.0.0.1:22,CONTROLLER://127.0.0.1:21"
    assert told["advertised.listeners"] == "PLAINTEXT://127.0.0.1:20,SERVICES://127.0.0.1:23"


def test_three_brokers_keep_three_copies_of_which_two_must_be_there_and_one_keeps_one():
    kept = ("offsets.topic.replication.factor", "min.insync.replicas")
    assert [among(1, PORTS)[name] for name in kept] == ["3", "2"]
    assert [among(1, PORTS[:1])[name] for name in kept] == ["1", "1"]


async def test_an_order_is_obeyed_at_its_own_point_once(tmp_path):
    orders = tmp_path / "orders"
    orders.write_text("stall decided 0", "utf-8")
    await at_point(orders, "stored")
    assert orders.exists()
    await at_point(orders, "decided")
    assert not orders.exists()
    await at_point(orders, "decided")
