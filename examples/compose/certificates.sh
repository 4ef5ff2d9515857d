#!/bin/sh
# Writes an authority, certificates for a year and a token into secrets/, for compose.guarded.yaml.
# Needs OpenSSL 3.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets
new_key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc'

# The authority's key is not needed after signing. A thief of the key could issue more certificates.
openssl req -x509 $new_key -days 365 -subj '/CN=notes observability' -keyout ca.key -out ca.crt
issue() {
  openssl req -x509 $new_key -days 365 -subj "/CN=$2" -addext "subjectAltName=DNS:$2" \
    -addext basicConstraints=critical,CA:FALSE -CA ca.crt -CAkey ca.key -keyout "$1.key" -out "$1.crt"
}
issue notes notes
issue collector otel-collector
rm ca.key
openssl rand -hex 32 >scrape.token

# Each container runs as its own user, and Compose mounts files with their modes.
# The folder's mode protects the files.
chmod 644 ./*
