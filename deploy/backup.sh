#!/usr/bin/env bash
# Dumps the database once an hour into /backups. A copy gets its name only after it was read to its end; it is recorded
# in the database, where doctor and the alert BackupOld look for it.
set -euo pipefail
PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
export PGPASSWORD PGHOST=${PGHOST:-database} PGUSER=$POSTGRES_USER PGDATABASE=$POSTGRES_DB
folder=${BACKUP_FOLDER:-/backups}
umask 077
# A signal ends the wait as well.
trap 'exit 0' TERM INT

record() {
  psql --quiet --set=ON_ERROR_STOP=1 --set=file="$1" <<'SQL'
INSERT INTO "OperatorAction" ("actor", "action", "detail", "createdAt")
VALUES ('backup.sh', 'BACKUP', json_build_object('file', :'file')::text, (extract(epoch FROM now()) * 1000)::bigint);
SQL
}

while true; do
  copy=$folder/$POSTGRES_DB-$(date --utc +%F-%H%M).dump
  if pg_dump --format=custom --no-password --lock-wait-timeout=30000 --file="$copy.part" &&
    pg_restore --file=/dev/null "$copy.part"; then
    mv "$copy.part" "$copy"
    find "$folder" -name '*.dump' -mtime +14 -delete
    echo "copied to $copy"
    record "$copy" || echo "the copy is not recorded: has a server created the tables?" >&2
  else
    rm -f "$copy.part"
    echo "nothing was copied; the next try is in a minute" >&2
    sleep 60 & wait $!
    continue
  fi
  sleep 3600 & wait $!
done
