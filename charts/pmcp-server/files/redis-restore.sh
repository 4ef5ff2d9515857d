#!/bin/sh
# Starts a Redis of its own with the newest backup of $NAME in $BACKUP_DIR, counts its keys, and removes everything again. It
# knows no address and no password, and its server listens on a socket in $SCRATCH_DIR only. So it can't reach the live Redis.
set -eu

fail() {
  echo "restore drill of $NAME: $*" >&2
  exit 1
}

# How it ended, for those who can't wait for this process.
finish() {
  code=$?
  trap - EXIT
  clean
  [ -z "${RESULT:-}" ] || echo "$code" >"$RESULT"
  exit "$code"
}
clean() { :; }
trap finish EXIT
# The first process of a container does not end on SIGTERM by default.
trap 'exit 143' TERM

mkdir -p "$SCRATCH_DIR"
[ -z "$(ls -A "$SCRATCH_DIR")" ] || fail "expected $SCRATCH_DIR to be empty: it may hold data that somebody needs. Give an empty folder"

# The time is in the name, so that a copy or a touch makes no file newer.
for newest in "$BACKUP_DIR/$NAME"-????????T??????Z.rdb; do :; done
[ -e "$newest" ] || fail "expected a file $NAME-*.rdb in $BACKUP_DIR, but there is none. Look at the backup job"
# Redis would take it for a new, empty database.
[ -s "$newest" ] || fail "$newest is empty. Look at the backup job"

socket="$SCRATCH_DIR/redis.sock"
server=
clean() {
  [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
  rm -f "$SCRATCH_DIR/dump.rdb" "$SCRATCH_DIR/log" "$socket"
}

cp "$newest" "$SCRATCH_DIR/dump.rdb" || fail "can't copy $newest to $SCRATCH_DIR"
redis-server --port 0 --unixsocket "$socket" --unixsocketperm 700 --dir "$SCRATCH_DIR" --dbfilename dump.rdb \
  --save '' --appendonly no >"$SCRATCH_DIR/log" 2>&1 &
server=$!

ask() { redis-cli -s "$socket" "$@" 2>/dev/null; }
# It answers PING once everything is loaded, and ends if it can't load the file.
until [ "$(ask PING)" = PONG ]; do
  kill -0 "$server" 2>/dev/null || fail "can't load $newest: $(tail -n 5 "$SCRATCH_DIR/log")"
  sleep 0.2
done

said=$(ask INFO persistence | tr -d '\r')
told() { echo "$said" | sed -n "s/^rdb_last_load_keys_$1://p"; }
# Keys that have expired since the backup were read as well.
loaded=$(told loaded)
expired=$(told expired)
[ "$((loaded + expired))" -gt 0 ] || fail "$newest has no key"
echo "restored $newest: $loaded keys, and $expired that have expired since"
