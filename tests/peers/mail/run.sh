#!/bin/bash
# Postfix and Dovecot in namespaces of their own: no network but loopback, and nothing outlives the script.
#   unshare --net --mount --pid --fork --kill-child bash run.sh FOLDER COMMAND...
# runs the command there; FOLDER/tls has the certificates before, FOLDER/mail the mailboxes and FOLDER/log the logs after.
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=$1; shift

mount --make-rprivate / && mount -t tmpfs -o mode=755 peer /run || { echo "no right to mount"; exit 77; }
mount -t proc proc /proc
ip link set lo up
mkdir -p /run/peer/{etc,spool,data,log,mail,dovecot}
cp "$here"/*.cf "$here"/dovecot.conf /run/peer/etc
cp -r "$folder/tls" /run/peer/tls; chmod 755 /run/peer/tls
chown postfix /run/peer/data; chown mail:mail /run/peer/mail; chmod 755 /run/peer/mail
trap 'cp -r /run/peer/mail /run/peer/log "$folder"' EXIT

wait_for() { for _ in $(seq 200); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "gave up waiting: $*"; exit 1; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

dovecot -c /run/peer/etc/dovecot.conf || exit 1
postfix -c /run/peer/etc start >/run/peer/log/start 2>&1 || { cat /run/peer/log/start; exit 1; }
for port in 1587 1465 1027 1993; do wait_for listens "$port"; done

"$@" || exit $?

empty() { postqueue -c /run/peer/etc -p | grep -q "queue is empty"; }
wait_for empty
