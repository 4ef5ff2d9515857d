#!/bin/sh
# Copies all data of a Redis into $BACKUP_DIR. A file with its final name can be loaded.
# The user needs the ACL rules +ping +sync +psync +replconf, and no key.
set -eu

file="$BACKUP_DIR/$NAME-$(date -u +%Y%m%dT%H%M%SZ).rdb"
trap 'rm -f "$file.partial"' EXIT
# The first process of a container does not end on SIGTERM by default.
trap 'exit 143' TERM

# Files of a run that was killed. No other run is active now.
rm -f "$BACKUP_DIR/$NAME"-????????T??????Z.rdb.partial

# From a file, and through the environment: other processes can see the arguments of a command.
REDISCLI_AUTH=$(cat "$PASSWORD_FILE")
export REDISCLI_AUTH
redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" --user "$REDIS_USER" --rdb "$file.partial"
# Reads the whole file, as a start of Redis would.
redis-check-rdb "$file.partial"
mv "$file.partial" "$file"

# Only after a success: a failed run must not delete an old backup. The whole time is in the pattern, for the backups of
# another Redis may begin with the same name.
find "$BACKUP_DIR/$NAME"-????????T??????Z.rdb -mtime "+$KEEP_DAYS" -delete
