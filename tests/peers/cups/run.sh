#!/bin/bash
# A CUPS with one IPP Everywhere printer, in namespaces of its own: no network but loopback, and nothing outlives the script.
#   unshare --net --mount --pid --fork --kill-child bash run.sh FOLDER COMMAND...
# runs the command there, and leaves in FOLDER what the printer received, and the logs.
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=$1; shift

mount --make-rprivate / && mount -t tmpfs -o mode=755 peer /run || { echo "no right to mount"; exit 77; }
mount -t proc proc /proc
ip link set lo up; ip link set lo multicast on; ip route add 224.0.0.0/4 dev lo
mkdir -p /run/peer/{etc,spool/tmp,cache,state,log,received,printer} /run/avahi-daemon /run/cups
chmod 1777 /run/peer/spool/tmp
cp "$here"/* /run/peer/etc; chmod 755 /run/peer/etc/*.sh
trap 'cp -r /run/peer/received /run/peer/log "$folder"' EXIT

wait_for() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "gave up waiting: $*"; exit 1; }

dbus-daemon --config-file=/run/peer/etc/dbus.conf --fork --nopidfile
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/peer/bus
# Debian's ippeveprinter stops without DNS-SD, even when it is told to publish nothing.
avahi-daemon -f /run/peer/etc/avahi.conf --no-drop-root --no-chroot --no-rlimits >/run/peer/log/avahi 2>&1 &
wait_for avahi-daemon --check
ippeveprinter -2 -p 8631 -n localhost -f application/pdf,image/pwg-raster,image/urf -k -d /run/peer/printer \
  -c /run/peer/etc/command.sh -r off -v "Brochure Test" >/run/peer/log/printer 2>&1 &
cupsd -f -c /run/peer/etc/cupsd.conf -s /run/peer/etc/cups-files.conf >/run/peer/log/cupsd 2>&1 &
export CUPS_SERVER=127.0.0.1:6631
wait_for ipptool -t ipp://localhost:8631/ipp/print get-printer-attributes.test
wait_for lpstat -r
wait_for lpadmin -p peer -E -v ipp://localhost:8631/ipp/print -m everywhere

"$@" || exit $?

# The last thing the printer writes of a document is its .txt.
done_all() { [ -z "$(lpstat -o)" ] && [ "$(ls /run/peer/received | grep -c '\.txt$')" = "$(lpstat -W completed -o | wc -l)" ]; }
wait_for done_all
