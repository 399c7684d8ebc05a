# The calls of the API's reference with curl.
set -euo pipefail

call() {
    curl --silent --show-error --write-out '\n%{http_code}\n' \
        --header "Authorization: Bearer $QYVO_TOKEN" "$@"
}

action() {
    call --request POST "$API_URL/v1/actions/$1" "${@:3}" \
        --header 'Accept: application/json' --header 'Content-Type: application/json' \
        --data "$2"
}

call "$API_URL/v1/me" --header 'Accept:'
action create-contact '{"phone": "+1 555 105 8756", "name": "Ana Pérez", "tags": "vip, eu",
    "metadata": {}}'
action update-contact '{"phone": "+15551058756", "name": "Ana", "tags": ["vip", "new"],
    "metadata": {"plan": "gold", "ltv": 9120.5}}'
action update-contact '{"phone": "+15551058756", "email": "", "metadata": {}}'
action add-tag '{"phone": "+15551058756", "tag": "späť"}'
action remove-tag '{"phone": "+15551058756", "tag": "new"}'
action get-contact '{"phone": "+15551058756"}'
call --request POST "$API_URL/v1/actions/search-contacts"
call --request POST "$API_URL/v1/actions/list-tags"
action update-contact '{"phone": "+15550000000", "name": "Nobody"}'
action update-contact '{"phone": "+15551058756", "email": "none"}'
curl --silent --write-out '\n%{http_code}\n' "$API_URL/v1/me"
