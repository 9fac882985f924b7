#!/bin/sh
# Runs a command in a user, network, mount and pid namespace of its own, as its root. It needs no privileges, nothing
# in it can touch the machine's network, and all of it dies with the command, or with whoever started it.
export PATH="$PATH:/usr/sbin:/sbin"
# shellcheck disable=SC2016 # for the inner shell to expand
exec setpriv --pdeathsig KILL -- \
  unshare --user --map-root-user --net --mount --pid --fork --mount-proc --kill-child -- \
  sh -c '
    mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/tmp && ip link set lo up || exit 1
    export TMPDIR=/run/tmp
    "$@" # not exec: this shell is the one that reaps orphans
  ' sh "$@"
