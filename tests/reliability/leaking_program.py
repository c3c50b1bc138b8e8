"""A program that does what none of ours may: it keeps what it was handed, and outlives the lock.

Reads one line of JSON from its standard input, ``{"texts": [[text, encoding], …], "keys": [hex, …]}``, cuts itself
loose from its parents as a daemon does, says its process id, and keeps the bytes in its memory until it is killed, or
for two minutes.
"""

import json
import os
import signal
import sys

SECONDS = 120

handed = json.loads(sys.stdin.readline())
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
kept = [text.encode(encoding) for text, encoding in handed["texts"]] + [bytes.fromhex(key) for key in handed["keys"]]
del handed
signal.alarm(SECONDS)
os.write(1, f"{os.getpid()}\n".encode())
while kept:
    signal.pause()
