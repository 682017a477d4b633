#!/bin/sh
# What the distribution must bring: Python ≥ 3.11 with venv, and a redis-server ≥ 7.
# Installs what is missing where it can (Debian, Ubuntu), and says what to do where it cannot.
set -eu
python="${1:-python3}"
missing=""

if ! command -v "$python" >/dev/null 2>&1; then
  missing="$missing python3 python3-venv"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1). Name another: make PYTHON=python3.12 …" >&2
  exit 1
elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  missing="$missing python3-venv"
fi
if ! command -v redis-server >/dev/null 2>&1 && ! command -v valkey-server >/dev/null 2>&1 && [ -z "${JIAOHAO_REDIS:-}" ]; then
  missing="$missing redis-server"
fi
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  as_root="sudo"
fi
if ! command -v apt-get >/dev/null 2>&1 || { [ -n "$as_root" ] && ! command -v sudo >/dev/null 2>&1; }; then
  echo "Please install:$missing (with your system's package manager, as an administrator)." >&2
  echo "A Redis ≥ 7.0 or Valkey ≥ 7.2 that runs elsewhere will do too: set JIAOHAO_REDIS=redis://…" >&2
  exit 1
fi
echo "Installing from the distribution:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # the names are several words on purpose
if ! { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null; }; then
  echo "That did not work. Please install:$missing and start again." >&2
  exit 1
fi
# The distribution starts a Redis of its own; we keep ours on a unix socket and leave that one alone.
