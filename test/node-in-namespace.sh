#!/bin/sh
# Node in a namespace of its own: what the test runner takes for Node.
exec "$(dirname "$0")/../gaps/lab/namespace.sh" node "$@"
