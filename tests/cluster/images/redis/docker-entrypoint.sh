#!/bin/sh
# Runs the command; options and configuration files alone are for redis-server.
set -eu
case "${1:-}" in
  '' | -* | *.conf) set -- redis-server "$@" ;;
esac
exec "$@"
