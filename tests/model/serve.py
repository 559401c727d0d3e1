"""A real language model on this machine: `python serve.py MODEL.gguf [--context TOKENS]`, in the environment `.venv-model`.

Prints the base URL of its OpenAI-compatible endpoint and serves until its standard input is closed. Needs xllamacpp.
"""

from __future__ import annotations

import argparse
import sys


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("model")
    arguments.add_argument("--context", type=int, default=8_192)
    given = arguments.parse_args()

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = given.model
    params.n_ctx = given.context
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.warmup = False
    params.ui = False
    params.cpuparams.n_threads = 2
    server = xllamacpp.Server(params)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
