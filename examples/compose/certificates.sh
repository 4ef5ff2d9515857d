#!/bin/sh
# Writes an authority, certificates for a year and a token into secrets/, where compose.guarded.yaml takes them from.
# Needs OpenSSL 3.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets
new_key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc'

# Nobody needs the key of the authority once it has signed: who has it could be any of them.
openssl req -x509 $new_key -days 365 -subj '/CN=notes observability' -keyout ca.key -out ca.crt
issue() {
  openssl req -x509 $new_key -days 365 -subj "/CN=$2" -addext "subjectAltName=DNS:$2" \
    -addext basicConstraints=critical,CA:FALSE -CA ca.crt -CAkey ca.key -keyout "$1.key" -out "$1.crt"
}
issue notes notes
issue collector otel-collector
rm ca.key
openssl rand -hex 32 >scrape.token

# Each container runs as a user of its own, and Compose mounts files as they are; the folder keeps others out.
chmod 644 ./*
