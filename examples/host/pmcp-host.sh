#!/bin/sh
# Compares the settings of a Linux machine with what an MCP server needs, and sets them when asked.
# Generated from scripts/generate/host by `npm run generate`. docs/operate.md says why it looks at these and at no others.
set -eu

usage() {
  cat <<'END'
usage: pmcp-host.sh --check | --print | --apply [--connections N] [--proxy] [--pid PID]

  --check          one line for each setting; ends with 1 if one is too low or too high
  --print          shows the file that --apply writes
  --apply          writes it to /etc/sysctl.d/90-pmcp.conf, and loads it
  --connections N  how many connections one process shall hold, 10000 by default
  --proxy          the machine runs the proxy, which also connects to its server
  --pid PID        checks the limits of this process, not those of the shell

--apply lowers only net.ipv4.tcp_retries2, and raises the others. SYSCTL_DIR names another folder than /etc/sysctl.d.
END
}

fail() {
  echo "pmcp-host.sh: $1" >&2
  exit 2
}

number() {
  case $2 in
    '' | *[!0-9]* | ??????????*) fail "Expected $1 to be a whole number below a billion, got \"$2\"" ;;
  esac
}

mode=
connections=10000
proxy=
pid=
while [ $# -gt 0 ]; do
  case $1 in
    --check | --print | --apply)
      [ -z "$mode" ] || fail "Expected one of --check, --print and --apply, got two"
      mode=${1#--}
      ;;
    --connections | --pid)
      [ $# -gt 1 ] || fail "Expected a number after $1"
      number "$1" "$2"
      if [ "$1" = --pid ]; then pid=$2; else connections=$2; fi
      shift
      ;;
    --proxy) proxy=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "Expected a flag of --help, got \"$1\"" ;;
  esac
  shift
done
[ -n "$mode" ] || {
  usage >&2
  exit 2
}

wrong=0
row() { # verdict, what, found, needed
  [ "$1" = ok ] || wrong=1
  printf '%-4s %-30s %-14s needs %s\n' "$1" "$2" "$3" "$4"
}

verdict() { # found, needed
  if [ "$1" -ge "$2" ]; then echo ok; else echo low; fi
}

at_most() { # found, needed
  if [ "$1" -le "$2" ]; then echo ok; else echo high; fi
}

read_sysctl() {
  # shellcheck disable=SC2015
  cat "/proc/sys/$(echo "$1" | tr . /)" 2>/dev/null || fail "Expected Linux with $1"
}

backlog=$(read_sysctl net.core.somaxconn)
retries=$(read_sysctl net.ipv4.tcp_retries2)
range=$(read_sysctl net.ipv4.ip_local_port_range)
first=${range%%[!0-9]*}
last=${range##*[!0-9]}
ports=$((last - first + 1))
files_needed=$((connections * 4))
ports_needed=$((connections * 125 / 100))
most=$((65535 - 16384 + 1))

files() {
  # Node raises its soft limit to the hard one.
  if [ -n "$pid" ]; then
    [ -r "/proc/$pid/limits" ] || fail "Expected a process $pid whose limits this user may read"
    sed -n 's/^Max open files *[^ ]* *\([^ ]*\) .*/\1/p' "/proc/$pid/limits"
  else
    # Debian's and BusyBox's sh have it, though POSIX does not.
    # shellcheck disable=SC3045
    ulimit -Hn
  fi
}

check() {
  hard=$(files)
  # No limit at all is more than any number.
  [ "$hard" != unlimited ] || hard=1000000000
  row "$(verdict "$hard" "$files_needed")" 'open files, hard limit' "$hard" "$files_needed: 4 for each connection"
  row "$(verdict "$backlog" 4096)" net.core.somaxconn "$backlog" 4096
  row "$(at_most "$retries" 8)" net.ipv4.tcp_retries2 "$retries" '8 at most'
  [ -n "$proxy" ] || return 0
  row "$(verdict "$ports" "$ports_needed")" net.ipv4.ip_local_port_range "$first $last" "$ports_needed ports: one for each stream to the server"
  [ "$ports_needed" -le "$most" ] ||
    echo "note: there are at most $most ports for each address of the server. Run more proxies, on addresses of their own."
}

# What is good enough stays as it is.
settings() {
  [ "$backlog" -ge 4096 ] || echo 'net.core.somaxconn = 4096'
  [ "$retries" -le 8 ] || echo 'net.ipv4.tcp_retries2 = 8'
  [ -z "$proxy" ] || [ "$ports" -ge "$ports_needed" ] || [ "$ports" -ge "$most" ] ||
    echo 'net.ipv4.ip_local_port_range = 16384 65535'
}

apply() {
  lines=$(settings)
  if [ -z "$lines" ]; then
    echo 'Nothing to change.'
    return 0
  fi
  folder=${SYSCTL_DIR:-/etc/sysctl.d}
  [ -d "$folder" ] || fail "Expected the folder $folder to exist"
  file=$folder/90-pmcp.conf
  # What an earlier run changed is in effect, so this run finds no fault with it, and must not lose it.
  kept=
  if [ -f "$file" ]; then
    kept=$(sed -n 's/^\([a-z0-9_.]*\) = .*/&/p' "$file" | while read -r line; do
      case $lines in *"${line%% =*}"*) ;; *) echo "$line" ;; esac
    done)
  fi
  printf '%s\n' '# Written by pmcp-host.sh' "$lines" ${kept:+"$kept"} >"$file.new"
  sysctl -q -p "$file.new" || {
    rm -f "$file.new"
    fail "The kernel refused: $lines"
  }
  mv "$file.new" "$file"
  echo "Wrote $file:"
  cat "$file"
}

case $mode in
  check)
    check
    exit "$wrong"
    ;;
  print) settings ;;
  apply) apply ;;
esac
