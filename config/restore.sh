#!/bin/sh
# Restores a backup into a database that is not there yet: restore.sh FOLDER [DATABASE]. Without a name it is the one of .env;
# under another name it is a copy to look at, from which nothing leaves: no mail, no payment, no job. Prints what is in it.
set -eu

folder=$1
own=$(docker compose exec -T database printenv PGDATABASE)
name=${2:-$own}

docker compose exec -T database createdb "$name"
docker compose exec -T database pg_restore --no-owner --exit-on-error -d "$name" < "$folder/database.dump"
docker compose exec -T database vacuumdb --quiet --analyze-only "$name"
docker compose run --rm -T --no-deps -e NAME="$name" odoo sh -c '
    mkdir -p "/var/lib/odoo/filestore/$NAME" && tar -C "/var/lib/odoo/filestore/$NAME" -xz' < "$folder/files.tar.gz"
if [ "$name" != "$own" ]; then
    docker compose run --rm -T --no-deps odoo odoo neutralize -d "$name"
fi
docker compose exec -T database psql -At -d "$name" -c "
    SELECT 'orders ' || count(*) FROM sale_order
    UNION ALL SELECT 'tickets ' || count(*) FROM pos_order
    UNION ALL SELECT 'customers ' || count(*) FROM res_partner
    UNION ALL SELECT 'files ' || count(DISTINCT store_fname) FROM ir_attachment"
