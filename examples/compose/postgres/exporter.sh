#!/bin/sh
# Creates a user for postgres-exporter that can only read statistics. Runs once, when the database is created.
set -eu

psql --set=ON_ERROR_STOP=1 --set=password="$EXPORTER_PASSWORD" --username="$POSTGRES_USER" --dbname="${POSTGRES_DB:-$POSTGRES_USER}" <<'SQL'
CREATE ROLE exporter LOGIN PASSWORD :'password' IN ROLE pg_monitor;
SQL
