#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A portal's HTML with status 200 is "offline": nothing is lost, nothing is believed, and the next try goes well.
# shellcheck source=tests/end-to-end/lib.sh
. "$(dirname "$0")/lib.sh"

small_world 3
check "a mark is taken" device tablet mark S1 P1 present
stop_server TERM

# Anything that asks on the server's port gets a page, with every status and header that portals are known to use.
cat >"$work/portal.pl" <<'PERL'
use strict; use warnings; use IO::Socket::INET;
my ($port, $kind) = @ARGV;
my %head = (html => "200 OK\r\nContent-Type: text/html", ours => "200 OK\r\nContent-Type: application/vnd.teren.sync",
    redirect => "302 Found\r\nLocation: http://127.0.0.1:$port/login\r\nContent-Type: text/html", teapot => "511 Network Authentication Required\r\nContent-Type: text/html");
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 5, ReuseAddr => 1) or die $!;
print "ready\n"; close STDOUT;
while (my $peer = $listener->accept) {
    my $text = '';
    while (sysread($peer, my $piece, 4096)) { $text .= $piece; last if $text =~ /\r\n\r\n/ }
    my $page = '<html><body>Please log in</body></html>';
    print $peer "HTTP/1.1 $head{$kind}\r\nContent-Length: " . length($page) . "\r\nConnection: close\r\n\r\n$page";
    close $peer;
}
PERL
for kind in html ours redirect teapot; do
    perl "$work/portal.pl" "${url##*:}" $kind >"$work/portal.ready" &
    portal=$!
    others=("$portal")
    for _ in {1..200}; do [ ! -s "$work/portal.ready" ] || break; sleep 0.02; done
    promise="a portal of kind $kind is offline or asks for patience"
    status=0
    device tablet sync >"$work/said" 2>"$work/said.err" || status=$?
    [ $status -eq 10 ] || [ $status -eq 11 ] || fails "ended with $status: $(cat "$work/said.err")"
    check "the mark still waits" device tablet status --json
    [ "$(number waiting <"$work/said")" -eq 1 ] || fails "$(cat "$work/said")"
    kill $portal
    wait $portal 2>/dev/null || true
    others=()
done
start_server
check "behind the portal the mark is delivered" device tablet sync
check "nothing waits" device tablet status --json
[ "$(number waiting <"$work/said")" -eq 0 ] || fails "$(cat "$work/said")"
