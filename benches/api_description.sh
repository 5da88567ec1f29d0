#!/bin/sh
# Asks the JSON API thousands of right and wrong requests made from its own
# description, and holds every answer against it, with schemathesis:
#
#   python3 -m venv VENV && VENV/bin/pip install schemathesis
#   benches/api_description.sh ARCHIVE VENV/bin/schemathesis [EXAMPLES]
#
# Imports are refused: a made-up path may be a real one.
set -eu
archive=$1
schemathesis=$2
examples=${3:-100}
port=${PORT:-18472}
vanthu=${VANTHU:-target/release/vanthu}

"$vanthu" serve --api --read-only --archive "$archive" --listen "127.0.0.1:$port" &
server=$!
trap 'kill $server' EXIT
"$schemathesis" run "http://127.0.0.1:$port/api/openapi.json" --wait-for-schema 60 \
    --checks all -n "$examples" --request-timeout 60 --max-response-time 60 --no-color
