"""How long each proof of the registry takes; kept in bnbook/sphinx/proof_times.json, which the proof ledger shows.

    python benchmarks/proofs.py

The best of three rounds, in a process that has proved nothing before. Goal: no proof takes more than 5 s.
"""

import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
GOAL, ROUNDS = 5.0, 3


def main():
    """Measure all, print the slow ones and the sum, write the file; 1 if a proof misses the goal."""
    from sympy.core.cache import clear_cache

    from bnbook.proofs import registry
    from bnbook.sphinx.proof_ledger import TIMES

    times = {}
    for label, entry in registry.identities().items():
        rounds = []
        for _ in range(ROUNDS):
            clear_cache()
            start = time.process_time()  # a machine that does other things at the time is not slower by that clock
            entry.prove()
            rounds.append(time.process_time() - start)
            if rounds[0] > 1:
                break
        times[label] = float(f"{min(rounds):.1g}")
    for label, seconds in sorted(times.items(), key=lambda pair: -pair[1])[:10]:
        print(f"{label:40} {seconds:6.2f} s {'' if seconds <= GOAL else 'MISS'}")
    print(f"{len(times)} proofs, {sum(times.values()):.1f} s together")
    TIMES.write_text(json.dumps({"seconds": times}, indent=1) + "\n", encoding="utf-8")
    return int(max(times.values()) > GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
