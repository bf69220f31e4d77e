"""The named scenarios.  Together they break everything that can be broken; each leaves time to recover."""

from random import Random

from tests.chaos.load.plan import Mode
from tests.chaos.schedule import Scenario, Strike

LONG = 60.0
"""Seconds that all brokers, and all members, are away."""
SHORT = 20.0
"""And how long at most when faults are drawn at random …"""
TWO = 0.3
"""… of which so many come two at a time."""
CUT = 8.0
"""Longer than a session."""

SCENARIOS = (
    Scenario("points", 26, (
        Strike(1, "kill_loaded", service="intake"), Strike(1, "kill_decided", service="routing"),
        Strike(1, "kill_stored", service="callback"), Strike(1, "kill", service="feedback"),
        Strike(14, "kill_publishing", service="routing"), Strike(14, "kill_published", service="callback"),
        Strike(14, "kill_committed", service="feedback"), Strike(14, "kill_stored", service="intake"),
    )),
    Scenario("zombies", 28, (
        Strike(1, "freeze", 9, "routing"), Strike(1, "stall", 12, "callback"),
        Strike(1, "service_clock_ahead", 14, "intake"), Strike(1, "service_clock_behind", 14, "feedback"),
    )),
    Scenario("wires", 36, (
        Strike(1, "kafka_cut", CUT, "intake"), Strike(1, "mongodb_cut", CUT, "routing"),
        Strike(1, "kafka_cut_up", CUT, "callback"), Strike(1, "kafka_cut_down", CUT, "feedback"),
        Strike(18, "mongodb_cut_up", CUT, "callback"), Strike(18, "mongodb_cut_down", CUT, "feedback"),
        Strike(18, "kafka_slow", CUT, "routing"), Strike(18, "mongodb_slow", CUT, "intake"),
    )),
    Scenario("rolling", 36, (Strike(1, "roll"),), (Mode("flood", 2, 8),)),
    Scenario("scaling", 34, (Strike(1, "scale", 6, "routing"), Strike(1, "dead_letters_away", 10, "callback")), (
        Mode("hot", 2, 22), Mode("poison_100", 2, 14, "callback.commands.v1"),
    )),
    Scenario("brokers", 34, (Strike(1, "broker_kill", 6), Strike(19, "broker_restart", 2)), (
        Mode("poison_30", 0, 34, "routing.commands.v1"), Mode("clock_ahead", 0, 17), Mode("clock_behind", 17, 34),
    )),
    Scenario("leaders", 38, (Strike(1, "leader_bounce", 6), Strike(20, "isr_lost", 8))),
    Scenario("primary", 60, (Strike(1, "primary_kill", 6), Strike(22, "primary_step_down"), Strike(34, "primary_freeze", 16))),
    Scenario("majority", 26, (Strike(1, "majority_lost", 4),)),
    Scenario("disks", 38, (
        Strike(1, "kafka_disk_full", 6), Strike(1, "mongodb_disk_full", 6),
        Strike(22, "kafka_disk_slow", 6), Strike(22, "mongodb_disk_slow", 6),
    )),
    Scenario("away", 88, (Strike(1, "members_away", LONG), Strike(8, "brokers_away", LONG)), brokers=1),
)  # fmt: skip
NAMED = {scenario.name: scenario for scenario in SCENARIOS}


def of_cluster(brokers: int) -> tuple[Scenario, ...]:
    return tuple(scenario for scenario in SCENARIOS if scenario.brokers == brokers)


def at_random(seed: int, seconds: float) -> list[Scenario]:
    """Scenarios of one strike or two, of anything but not of one service, until the time is used up."""
    rng, drawn, begun = Random(f"{seed}/soak"), list[Scenario](), 0.0
    strikes = [strike for scenario in SCENARIOS for strike in scenario.strikes]
    modes = [mode for scenario in SCENARIOS for mode in scenario.modes]
    while begun < seconds:
        first = rng.choice(strikes)
        second = rng.choice([strike for strike in strikes if strike.service != first.service])
        both = (first, second) if rng.random() < TWO else (first,)
        chosen = [Strike(rng.uniform(0, 3), strike.fault, min(strike.seconds, SHORT), strike.service) for strike in both]
        mode = rng.choice(modes)
        wanted = (Mode(mode.name, 0, 10, mode.topic),) if rng.random() < 0.3 else ()
        lasts = 25 + max(strike.seconds for strike in chosen)
        drawn.append(Scenario(f"random-{len(drawn)}", lasts, tuple(chosen), wanted))
        begun += lasts
    return drawn
