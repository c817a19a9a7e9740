#!/bin/sh
# Backs up what docker-compose.yml keeps, the database and its files, into a new folder: backup.sh [FOLDER]. Run it where
# docker-compose.yml lies; the server may run meanwhile. Prints the new folder, named by the moment, and removes those that are
# older than two weeks.
set -eu

kept=${1:-backup}
folder=$kept/$(date +%Y-%m-%d-%H%M%S)
umask 077
mkdir -p "$folder.part"

# The database first: files are added and never changed, so those that it names are there afterwards.
docker compose exec -T database pg_dump -Fc > "$folder.part/database.dump"
docker compose run --rm -T --no-deps odoo sh -c 'tar -C "/var/lib/odoo/filestore/$PGDATABASE" -cz .' > "$folder.part/files.tar.gz"

mv "$folder.part" "$folder"  # complete: only now it has its name
find "$kept" -mindepth 1 -maxdepth 1 -type d -mtime +14 -exec rm -r {} +
echo "$folder"
