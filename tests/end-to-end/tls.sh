#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# HTTPS with a private authority: the right one is trusted, any other is not, and bad files are told by their paths.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"

authority() { # NAME
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
        -keyout "$work/$1.key" -out "$work/$1.pem" 2>/dev/null
}
certificate() { # NAME AUTHORITY ALTERNATIVE
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.csr" 2>/dev/null
    openssl x509 -req -in "$work/$1.csr" -CA "$work/$2.pem" -CAkey "$work/$2.key" -CAcreateserial -days 2 \
        -extfile <(echo "subjectAltName=$3") -out "$work/$1.pem" 2>/dev/null
}
authority ours
authority theirs
certificate right ours IP:127.0.0.1
certificate elsewhere ours DNS:teren.example.org

check "an association is made" teren-server init --name test
refused "a certificate that is not there is told" 4 "$work/none.pem" teren-server serve --listen 127.0.0.1:0 --tls-cert "$work/none.pem" --tls-key "$work/right.key"
refused "a key where a certificate belongs is told" 3 "held no certificate" teren-server serve --listen 127.0.0.1:0 --tls-cert "$work/right.key" --tls-key "$work/right.key"
refused "a key of another certificate is told" 3 "TLS could not be started" teren-server serve --listen 127.0.0.1:0 --tls-cert "$work/right.pem" --tls-key "$work/theirs.key"
refused "a certificate without its key is told" 2 "only one of certificate and key" teren-server serve --listen 127.0.0.1:0 --tls-cert "$work/right.pem"
refused "plain HTTP for everybody is refused" 2 "in clear" teren-server serve --listen 0.0.0.0:0

serve_with=(--tls-cert "$work/right.pem" --tls-key "$work/right.key")
start_server
case $url in https://*) ;; *) fails "the server says $url" ;; esac
check "another program trusts it with the authority" curl -sf --cacert "$work/ours.pem" "$url/healthz"
check "old TLS is not spoken" bash -c "! openssl s_client -connect ${url#https://} -tls1_1 </dev/null 2>&1 | grep -q 'Cipher is [A-Z]'"

check "a tablet makes its store" device tablet init
refused "a server of no known authority is not trusted" 10 "" device tablet enrol "$url" "$(code_for tablet ZZ-1)"
refused "nor one of another authority" 10 "" device tablet enrol --ca "$work/theirs.pem" "$url" "$(code_for tablet ZZ-1)"
check "one of ours is" device tablet enrol --ca "$work/ours.pem" "$url" "$(code_for tablet ZZ-1)"
check "it syncs" device tablet sync

stop_server TERM
serve_with=(--tls-cert "$work/elsewhere.pem" --tls-key "$work/elsewhere.key")
start_server
refused "a certificate for another name is not trusted" 10 "" device tablet sync
stop_server TERM
url=http://${url#https://} serve_with=()
start_server
check "plain HTTP to loopback is another matter" device second init
check "and works" device second enrol "$url" "$(code_for second ZZ-1)"
