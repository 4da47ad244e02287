#!/bin/sh
# Starts PostgreSQL, and makes its database first where there is none: POSTGRES_USER (postgres) is its superuser, POSTGRES_PASSWORD_FILE
# or POSTGRES_PASSWORD the password, POSTGRES_DB (the user's name) a first database, PGDATA the folder. Other commands run as they are.
set -eu

fail() {
  echo "docker-entrypoint.sh: $1" >&2
  exit 1
}

read_password() {
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    [ -r "$POSTGRES_PASSWORD_FILE" ] || fail "POSTGRES_PASSWORD_FILE: $POSTGRES_PASSWORD_FILE cannot be read"
    cat "$POSTGRES_PASSWORD_FILE"
  else
    printf '%s' "${POSTGRES_PASSWORD:-}"
  fi
}

# Only a whole database gets the name that later starts look for.
make_database() {
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  password=$(read_password)
  [ -n "$password" ] || fail 'a new database needs a password: set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD'
  unfinished=$PGDATA.unfinished
  rm -rf "$unfinished"
  printf '%s\n' "$password" |
    initdb -D "$unfinished" --username="$user" --pwfile=/dev/stdin --encoding=UTF8 --locale=C.UTF-8 \
      --auth-local=trust --auth-host=scram-sha-256
  echo 'host all all all scram-sha-256' >>"$unfinished/pg_hba.conf"
  echo "unix_socket_directories = '/var/run/postgresql'" >>"$unfinished/postgresql.conf"
  if [ "$database" != postgres ]; then
    quoted=$(printf '%s' "$database" | sed 's/"/""/g')
    printf 'CREATE DATABASE "%s";\n' "$quoted" | postgres --single -D "$unfinished" postgres >/dev/null
  fi
  if [ -d "$PGDATA" ]; then rmdir "$PGDATA" || fail "$PGDATA holds files but no database"; fi
  mv "$unfinished" "$PGDATA"
}

if [ "${1:-}" = postgres ]; then
  [ "$(id -u)" != 0 ] || fail 'PostgreSQL does not run as root: give the container another user, like 999'
  [ -s "$PGDATA/PG_VERSION" ] || make_database
fi
exec "$@"
