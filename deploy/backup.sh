#!/usr/bin/env bash
# Copies the database once an hour into /backups; a copy has its name only once it is whole.
set -euo pipefail
PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
export PGPASSWORD
# A signal ends the wait as well.
trap 'exit 0' TERM INT
while true; do
  copy=/backups/$POSTGRES_DB-$(date --utc +%F-%H%M).dump
  if pg_dump --host=database --username="$POSTGRES_USER" --format=custom --file="$copy.part" "$POSTGRES_DB" &&
    pg_restore --list "$copy.part" >/dev/null; then
    mv "$copy.part" "$copy"
    find /backups -name '*.dump' -mtime +14 -delete
    echo "copied to $copy"
  else
    echo "nothing was copied; the next try is in a minute" >&2
    sleep 60 & wait $!
    continue
  fi
  sleep 3600 & wait $!
done
