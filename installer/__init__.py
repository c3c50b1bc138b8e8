"""Sets the program up on a Linux computer, starts it, and tests it.

`python3 installer run` and `python3 installer test` begin in `__main__.py`, which any Python 3.6 can read.

- `commands`: what the two commands do, step by step
- `system_packages`: what the operating system has to bring, and how to ask for it
- `environment`: the virtual environment in `.venv`, complete or not
- `downloads`: fetches the parts on a list, a few at a time, and installs them
- `steps`: runs `venv` and pip, and knows what their complaints mean
- `postgres`: a PostgreSQL server for the length of one test run
- `messages`: every sentence the installer says, and its exit codes
- `lock`: renews `lock.txt` and `lock-dev.txt`; `licences`: renews `LICENCES.md`
"""
