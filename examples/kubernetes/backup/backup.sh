#!/bin/sh
# Dumps $PGDATABASE into $BACKUP_DIR. What is there under its final name can be restored.
set -eu

file="$BACKUP_DIR/$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ).dump"
trap 'rm -f "$file.partial"' EXIT
# As the first process of a container it would not end on SIGTERM by itself.
trap 'exit 143' TERM

# Left behind by a run that was killed; no other one is running now.
rm -f "$BACKUP_DIR/$PGDATABASE"-*.dump.partial

pg_dump --format=custom --file="$file.partial"
# Reads all of it, as a restore would.
pg_restore --file=/dev/null "$file.partial"
mv "$file.partial" "$file"

# Only after a success: a run that fails must not cost an old backup.
find "$BACKUP_DIR" -name "$PGDATABASE-*.dump" -mtime "+$KEEP_DAYS" -delete
