#!/bin/sh
# Restores the newest backup of $DATABASE in $BACKUP_DIR into a PostgreSQL of its own in $SCRATCH_DIR, counts all rows, and
# removes everything again. It knows no address and no password, and its server listens on a socket in that folder only. So
# it can't reach the live database.
set -eu

fail() {
  echo "restore drill of $DATABASE: $*" >&2
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

# With one of these, the programs of PostgreSQL would go to another server or folder.
for name in $(env | sed -n 's/^\(PG[A-Z_]*\)=.*/\1/p'); do unset "$name"; done

mkdir -p "$SCRATCH_DIR"
[ -z "$(ls -A "$SCRATCH_DIR")" ] || fail "expected $SCRATCH_DIR to be empty: it may hold data that somebody needs. Give an empty folder"

# The time is in the name, so that a copy or a touch makes no file newer.
for newest in "$BACKUP_DIR/$DATABASE"-????????T??????Z.dump; do :; done
[ -e "$newest" ] || fail "expected a file $DATABASE-*.dump in $BACKUP_DIR, but there is none. Look at the backup job"
[ -s "$newest" ] || fail "$newest is empty. Look at the backup job"
# Before all that takes time.
pg_restore --file=/dev/null "$newest" || fail "can't read $newest"

server() { pg_ctl --pgdata="$SCRATCH_DIR/data" --silent "$@"; }
clean() {
  server stop --mode=immediate >/dev/null 2>&1 || true
  rm -rf "$SCRATCH_DIR/data" "$SCRATCH_DIR/log"
}

# What is lost when the machine stops is restored again: nothing waits for the disk.
initdb --pgdata="$SCRATCH_DIR/data" --username=drill --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null
server start --wait --log="$SCRATCH_DIR/log" --options="-c listen_addresses='' -c unix_socket_directories='$SCRATCH_DIR' \
  -c unix_socket_permissions=0700 -c dynamic_shared_memory_type=mmap -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
  -c max_wal_size=256MB -c max_connections=10" || fail "can't start a server in $SCRATCH_DIR: $(tail -n 3 "$SCRATCH_DIR/log")"

export PGHOST="$SCRATCH_DIR" PGUSER=drill
createdb drill
# The roles of the live database do not exist here.
pg_restore --dbname=drill --no-owner --no-privileges --exit-on-error "$newest" || fail "can't restore $newest"

counts=$(psql --dbname=drill --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 <<'SQL'
SELECT format('SELECT %L, count(*) FROM %I.%I', schemaname || '.' || tablename, schemaname, tablename)
FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 \gexec
SQL
) || fail "can't read the restored tables of $newest"
[ -n "$counts" ] || fail "$newest has no table"
for table in ${FILLED_TABLES:-}; do
  echo "$counts" | grep -Eq "^([^|]*\.)?$table\|[1-9]" || fail "expected rows in the table $table of $newest, but it is empty or missing"
done
rows=$(echo "$counts" | awk -F'|' '{ sum += $NF } END { printf "%.0f", sum }')
[ "$rows" -gt 0 ] || fail "no table of $newest has a row"
echo "restored $newest: $(echo "$counts" | wc -l | tr -d ' ') tables, $rows rows"
