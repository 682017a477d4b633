#!/bin/sh
# What the distribution must bring: Python ≥ 3.11 with venv, and a redis-server ≥ 7. What it should
# bring, so that slips, strips and voices can be tried: espeak-ng, a Chinese font, a sound player.
# Installs what is missing where it can (Debian, Ubuntu), and says what to do where it cannot.
set -eu
python="${1:-python3}"
missing=""
wanted=""

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
command -v espeak-ng >/dev/null 2>&1 || wanted="$wanted espeak-ng"
command -v aplay >/dev/null 2>&1 || wanted="$wanted alsa-utils"
command -v fc-match >/dev/null 2>&1 || wanted="$wanted fontconfig"
if ! command -v fc-list >/dev/null 2>&1 || [ -z "$(fc-list :lang=zh-cn 2>/dev/null)" ]; then
  wanted="$wanted fonts-wqy-microhei"
fi
[ -n "$missing$wanted" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  as_root="sudo"
fi
can_install=yes
if ! command -v apt-get >/dev/null 2>&1 || { [ -n "$as_root" ] && ! command -v sudo >/dev/null 2>&1; }; then
  can_install=""
fi
if [ -z "$missing" ] && { [ -z "$can_install" ] || { [ -n "$as_root" ] && ! sudo -n true 2>/dev/null; }; }; then
  echo "Without these, slips, strips and voices do less:$wanted. Install them when you can." >&2
  exit 0
fi
if [ -z "$can_install" ]; then
  echo "Please install:$missing (with your system's package manager, as an administrator)." >&2
  echo "A Redis ≥ 7.0 or Valkey ≥ 7.2 that runs elsewhere will do too: set JIAOHAO_REDIS=redis://…" >&2
  exit 1
fi
echo "Installing from the distribution:$missing$wanted"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # the names are several words on purpose
if ! { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing $wanted >/dev/null; }; then
  [ -n "$missing" ] || exit 0
  echo "That did not work. Please install:$missing and start again." >&2
  exit 1
fi
# The distribution starts a Redis of its own; we keep ours on a unix socket and leave that one alone.
