#!/bin/sh
# Gives postgres-exporter a user that reads statistics and nothing else. Runs once, when the database is made.
set -eu

psql --set=ON_ERROR_STOP=1 --set=password="$EXPORTER_PASSWORD" --username="$POSTGRES_USER" --dbname="${POSTGRES_DB:-$POSTGRES_USER}" <<'SQL'
CREATE ROLE exporter LOGIN PASSWORD :'password' IN ROLE pg_monitor;
SQL
