#!/bin/sh
# Installs packages without starting their services: an unwanted server would take its usual port.
# The earlier policy is restored in any case at the end.
set -eu
policy=/usr/sbin/policy-rc.d
saved=$(mktemp -d)

restore() {
  rm -f "$policy"
  [ ! -e "$saved/policy-rc.d" ] || mv "$saved/policy-rc.d" "$policy"
  rm -rf "$saved"
}
trap restore EXIT
trap 'exit 130' INT TERM HUP

[ ! -e "$policy" ] || cp -a "$policy" "$saved/policy-rc.d"
rm -f "$policy"
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
install() {
  apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}
install "$@" || { apt-get update && install "$@"; }
