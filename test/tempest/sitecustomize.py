"""Python reads this first. Tempest waits 10 s before it deletes a subnet, for agents that Debian's tests once had."""
import sys
import time

_sleep = time.sleep


def _sleep_for_others(seconds):
    caller = sys._getframe(1).f_globals.get('__name__')
    if caller != 'tempest.lib.services.network.subnets_client':
        _sleep(seconds)


time.sleep = _sleep_for_others
