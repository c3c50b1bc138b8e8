"""The full set of the reliability suite, in one command: ``python -m tests.reliability``.

It runs as many jobs at a time as there are processors and prints what each found, then the sums. It ends with 1 where
anything failed or was lost, and where anything was not tested; cut short by Ctrl+C or SIGTERM it says what has run.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.reliability.full_set import Result, all_jobs, gaps, objections, run_all, sums


def main() -> int:
    """Run, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)), help="jobs at a time")
    parser.add_argument("--out", type=Path, help="folder of the logs and reports; a new one if none is named")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9), help="repeats a run")
    parser.add_argument("--only", default="", help="only the jobs with this in their names; not the full set then")
    options = parser.parse_args()
    out = options.out or Path(tempfile.mkdtemp(prefix="zoucun-reliability-"))
    out.mkdir(parents=True, exist_ok=True)
    whole = all_jobs(options.seed)
    jobs = [one for one in whole if options.only in one.name]
    print(f"{len(jobs)} jobs, {options.processes} at a time, seed {options.seed}; logs in {out}", flush=True)
    start = time.monotonic()
    results: list[Result] = []
    wrong = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else the jobs would go on by themselves
    try:
        for result in run_all(jobs, out, options.processes):
            results.append(result)
            print(f"[{len(results)}/{len(jobs)}] {result}", flush=True)
    except KeyboardInterrupt:
        wrong.append("cut short")
    wrong += objections(results)
    wrong += gaps(whole, results) if not options.only else []
    print("\n".join(["", "in all:", *(f"  {value} {name}" for name, value in sums(results).items())]))
    tests = sum(one.tests for one in results)
    load = os.getloadavg()[0]
    print(f"  {tests} tests in {len(results)} jobs, {time.monotonic() - start:.0f} s, load {load:.1f}")
    print("\n".join(wrong) if wrong else "nothing failed, nothing was skipped")
    if options.only:
        print("only a part of the full set was asked for")
    return 1 if wrong or not jobs else 0


if __name__ == "__main__":
    sys.exit(main())
