#!/bin/sh
# Dumps $PGDATABASE into $BACKUP_DIR. A file with its final name can be restored.
set -eu

file="$BACKUP_DIR/$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ).dump"
trap 'rm -f "$file.partial"' EXIT
# The first process of a container does not end on SIGTERM by default.
trap 'exit 143' TERM

# Files of a run that was killed. No other run is active now.
rm -f "$BACKUP_DIR/$PGDATABASE"-????????T??????Z.dump.partial

pg_dump --format=custom --file="$file.partial"
# Reads the whole file, as a restore would.
pg_restore --file=/dev/null "$file.partial"
mv "$file.partial" "$file"

# Only after a success: a failed run must not delete an old backup. The whole time is in the pattern, for the backups of
# another database may begin with the same name.
find "$BACKUP_DIR/$PGDATABASE"-????????T??????Z.dump -mtime "+$KEEP_DAYS" -delete
