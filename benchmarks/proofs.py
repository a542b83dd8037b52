"""How long the proofs of the registry take: the slowest ten, and all together, which the proof ledger says.

    make bench ARGS=proofs

Processor time, each proof once, in a process that has proved nothing before, as the build does it. Goal: no proof takes
more than 5 s.
"""

import time

GOAL = 5.0


def main():
    """Measure all; 1 if a proof misses the goal."""
    from bnbook.proofs import registry
    from bnbook.sphinx.proof_ledger import SECONDS

    times = {}
    for label, entry in registry.identities().items():
        start = time.process_time()  # a machine that does other things at the time is not slower by that clock
        entry.prove()
        times[label] = time.process_time() - start
    for label, seconds in sorted(times.items(), key=lambda pair: -pair[1])[:10]:
        print(f"{label:40} {seconds:6.2f} s {'' if seconds <= GOAL else 'MISS'}")
    print(f"{len(times)} proofs, {sum(times.values()):.1f} s together; the ledger says {SECONDS} s")
    return int(max(times.values()) > GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
