## What the terminal says.

greeting = Connection established!

serving-built-in = hello serves its built-in site
serving-path = hello serves { $path }
serving-mounts = hello serves { $paths ->
    [one] { $paths } path
   *[other] { $paths } paths
 }
no-start-page = (no index.html: / is 404; `--list` lists it)
no-start-page-shorter = (no index.html; `--list` lists it)
no-start-page-in-short = (no index.html)
how-to-stop = Ctrl-C stops it
this-machine = this machine
the-network = the network
more-addresses = and { $addresses } more
shared-built-in = Shared: everybody in the same network can open it; no file of this computer is served.
shared-files = Shared: everybody in the same network can read what is served, { $files ->
    [0] though there is no file in it yet
    [one] { $files } file
   *[other] { $files } files
 }.
shared-files-and-more = Shared: everybody in the same network can read what is served, more than { $files ->
    [one] { $files } file
   *[other] { $files } files
 }.
shared-but-hidden = Not served: { $hidden ->
    [one] { $hidden } name that begins with a dot
   *[other] { $hidden } names that begin with a dot
 }.
picture-for-nobody = No QR code: only this computer reaches these addresses. `--share` opens them to the network.
picture-too-wide = No QR code: it needs a window of { $columns } columns.
listening-at = listening at { $address }

events-dropped = { $events ->
    [one] { $count } event is
   *[other] { $count } events are
 } not shown: faster than this output is read
request-broken = broken off, of { $size }
request-unanswered = no answer

## What comes faster than a person reads: one line for a second.

folded = +{ $what } in this second
folded-connections = { $events ->
    [one] { $count } more connection
   *[other] { $count } more connections
 }
folded-requests = { $events ->
    [one] { $count } more request
   *[other] { $count } more requests
 }
folded-ends = { $events ->
    [one] { $count } more end
   *[other] { $count } more ends
 }

## Requests that are still being answered.

running-no-answer = no answer yet
running-share = { $percent } % of { $size }
running-so-far = { $size } sent
lasting = { $progress } after { $time }
lasting-more = { $events ->
    [one] { $count } more request is still being answered
   *[other] { $count } more requests are still being answered
 }

## The last lines.

advice-hints = Nearly every load of a page asked for these right away; in a file for --hints they come sooner:
advice-compress = { $files ->
    [one] { $count } file was
   *[other] { $count } files were
 } sent without siblings, which would have saved about { $saved } of { $sent } ({ $percent } %). This makes them:
advice-compress-file = { $target } ({ $size }, no .br) was asked for { $answers ->
    [one] once
   *[other] { $count } times
 }: about { $saved } less
summary = { $connections } and { $requests } in { $time }, { $sent } sent
connections = { $events ->
    [one] { $count } connection
   *[other] { $count } connections
 }
requests = { $events ->
    [one] { $count } request
   *[other] { $count } requests
 }
errors = { $events ->
    [one] { $count } error
   *[other] { $count } errors
 }
probes = { $events ->
    [one] { $count } probe
   *[other] { $count } probes
 }
summary-wrong = { $errors }: { $what }
summary-client-errors = { $count } × 4xx
summary-server-errors = { $count } × 5xx
summary-broken = { $count } broken off
summary-refused = { $count } refused
summary-probes = { $events ->
    [one] { $count } probe for what every server is asked for, not counted as an error
   *[other] { $count } probes for what every server is asked for, not counted as errors
 }
summary-shut-out = { $events ->
    [one] { $count } connection closed at once: its address had enough
   *[other] { $count } connections closed at once: their addresses had enough
 }
summary-limited = { $events ->
    [one] Limits refused { $count } request
   *[other] Limits refused { $count } requests
 }
summary-would-refuse = { $events ->
    [one] Limits that only tell would have refused { $count } request or connection
   *[other] Limits that only tell would have refused { $count } requests and connections
 }
goodbye = Goodbye!

## Units of what hello tells.

decimal-mark = .
unit-b = B
unit-kib = KiB
unit-mib = MiB
unit-gib = GiB
unit-tib = TiB
unit-ms = ms
unit-s = s
unit-min = min
unit-h = h
unit-d = d

## Why an answer is not the file asked for, beside the path.

remark-misdirected = for another name than the connection
remark-method-not-allowed = not for this method
remark-bad-path = no possible name
remark-no-such-file = no such file
remark-start-page = the start page (--spa)
remark-no-index = folder without index.html
remark-slash-missing = → { $target }
remark-hidden = hidden name
remark-leaves-root = leads out of the folder
remark-special-file = not a file
remark-forbidden = may not be read
remark-forbidden-at = may not be read: { $name }
remark-unreadable = cannot be read
remark-root-gone = the folder is gone
remark-precondition-failed = has changed
remark-range-unsatisfiable = beyond the end
remark-panicked = a bug in hello
remark-overloaded = no room
remark-rate-limited = asks too often
remark-too-many-at-once = too much at once
remark-body-too-large = carries too much
remark-would-refuse = would be refused: { $reason }
remark-unknown-host = no site of that name
remark-by-rule = by a rule
remark-maintenance = maintenance

## How connections end.

ending-closed-by-client = closed by the client { $requests ->
    [0] without a request
    [one] after { $requests } request
   *[other] after { $requests } requests
 }
ending-reset-by-client = reset by the client
ending-left-mid-request = the client left in the middle of a request
ending-closed-as-asked = closed by us, as the client asked
ending-refused = refused: { $what } ({ $rfc }), answered { $status }
ending-refused-late = refused: { $what } ({ $rfc }), after the answer
ending-first-byte-timeout = closed by us: not one byte in { $seconds } s
ending-idle-timeout = closed by us: idle for { $seconds } s, after { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
 }
ending-write-timeout = closed by us: the client took nothing for { $seconds } s
ending-unread-body = closed by us: a request body that nobody reads
ending-shed = closed by us: idle for longest, and room was needed
ending-too-many-of-address = closed by us at once: its address has as many connections as it may
ending-too-many-of-address-kind = too many of its address
ending-overloaded = no room: answered 503
ending-drained = closed by us: stopping
ending-closed-by-operator = closed by us: somebody asked for it (`hello close`)
ending-cut-short = cut off by us: stopping
ending-file-changed = reset by us: the file changed while it was being sent
ending-failed = closed by us: the system failed
ending-panicked = closed by us: a bug in hello; please report it
ending-progress = , { $percent } % of { $target } sent

## The kinds of endings, in totals; those above that fit stand there as they are.

ending-closed-by-client-kind = closed by the client
ending-left-mid-request-kind = left in the middle of a request
ending-refused-kind = refused: a rule was broken
ending-first-byte-timeout-kind = closed by us: not one byte came
ending-handshake-timeout-kind = closed by us: no keys in time
ending-handshake-failed-kind = no TLS: no agreement
ending-not-tls-kind = closed by us: neither TLS nor HTTP
ending-plain-http-kind = plain HTTP: told the https address
ending-broken-tls-kind = closed by us: no key opens it
ending-sent-away-kind = closed by us: HTTP/2 abused
ending-idle-timeout-kind = closed by us: idle for too long
ending-write-timeout-kind = closed by us: it took nothing
ending-unread-body-kind = closed by us: a body nobody reads
ending-closed-by-operator-kind = closed by us: asked to
ending-shed-kind = closed by us: room was needed
ending-file-changed-kind = reset by us: the file changed
ending-panicked-kind = closed by us: a bug in hello

## What a connection is doing, in a word and in a few: the full-screen view and the page say the same.

state-accepted = connected
state-accepted-text = open, and not one byte yet
state-handshaking = greeting
state-handshaking-text = agreeing on keys (TLS)
state-waiting = waiting
state-waiting-text = open, waiting for the next request
state-reading = reading
state-reading-text = receiving a request
state-answering = answering
state-answering-text = working on an answer
state-sending = sending
state-sending-text = sending an answer
state-draining = closing
state-draining-text = everything is said; waiting for the client to see it
state-ended = ended

## What concerns the server itself.

notice-crowded = { $limit ->
    [one] { $limit } connection is
   *[other] { $limit } connections are
 } the limit, and it is reached; the longest idle are closed to make room. More: `hello help too-many-connections`
notice-crowd-over = there is room again; { $shed } idle closed, { $refused } answered 503 meanwhile
notice-accept-fails = the system gives us no more connections ({ $system }); trying on. More: `hello help accept-fails`
notice-accept-works = connections are accepted again after { $failures ->
    [one] { $failures } failure
   *[other] { $failures } failures
 }
notice-metrics = metrics are at { $address }
notice-not-ready = stopping: /ready says no from now on, and the doors close in { $delay }; Ctrl-C again closes them at once
notice-close-asked = connection #{ $connection } is being closed: user { $user } asked for it (`hello close`)
notice-no-control-socket = this server cannot be asked anything (`hello status`): no control socket ({ $system }). More: `hello help no-control-socket`
notice-reloaded = the settings were read anew and hold from here on (reading { $generation })
notice-needs-restart = { $key } was changed, which counts from the next start on: until then it stays as it is
notice-not-reloaded = the settings were read anew and cannot be used; nothing has changed. More: `hello help reload`
notice-draining = { $busy ->
    [0] stopping
    [one] stopping: { $busy } answer is being finished; Ctrl-C again stops at once
   *[other] stopping: { $busy } answers are being finished; Ctrl-C again stops at once
 }
## Pages that follow their files (--live).

notice-looks-for-changes = changes are looked for twice a second, for the system does not tell of them: { $why }
looks-no-inotify = it has no inotify, or a sandbox hides it
looks-no-watches = it has no watches left; more: `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`
looks-many-folders = there are more than 4096 folders
looks-file-system = the folder lies on a network, in a shared folder, or on another file system to which others write
looks-links = links in it lead anywhere (`--links anywhere`)
changed = changed: { $what } → { $told }
changed-path = { $more ->
    [0] { $path }
   *[other] { $path } and { $count } more
 }
changed-path-and-much = { $path } and much else
changed-much = much at once
changed-styles = { $pages ->
    [0] no page is open
    [one] styles updated on { $count } page
   *[other] styles updated on { $count } pages
 }
changed-reloaded = { $pages ->
    [0] no page is open
    [one] { $count } page reloaded
   *[other] { $count } pages reloaded
 }

## Why clients do what they do: what is likely, with the facts that say so.

why-spare-connection = likely a spare connection: held open for { $held } s without a request while #{ $sibling } was in use
why-lost-race-two-families = likely lost a race between IPv4 and IPv6 to #{ $sibling }: opened { $apart } s apart, and this one closed without a byte as soon as both were there
why-lost-race-one-family = likely lost a race to #{ $sibling }: opened { $apart } s apart, and this one closed without a byte as soon as both were there
why-repeated-request-broken-answer = likely a repeated request: the same answer broke off on #{ $earlier } { $after } s before
why-repeated-request-stale-keep-alive = likely a repeated request: we had closed #{ $earlier }, idle, { $after } s before
why-client-went-away-answer = likely not waited for: the client took { $percent } % of the answer
why-client-went-away-media = likely a player that skipped or stopped: it took { $percent } % of the answer
why-client-went-away-request = likely given up or cut off: the client left after { $bytes ->
    [one] { $bytes } byte
   *[other] { $bytes } bytes
 }, in the middle of its request
why-tls-on-plain-port = likely https:// where http:// was meant: a TLS greeting of { $bytes ->
    [one] { $bytes } byte
   *[other] { $bytes } bytes
 }, and this address speaks plain HTTP
why-port-knock = likely a knock to see whether the port is open: closed after { $lasted } s without a request, with no other connection in use
why-http2-preface = likely a scanner: it began with the words of HTTP/2 and went on with others
why-health-check-path = likely a health check: by its path
why-health-check-rhythm = likely a health check: the same request { $times } times, every { $period } s
why-health-check-knocks = likely a health check of the port: opened and closed { $times } times, every { $period } s

## What everybody is asked for, and why. Half a sentence each: the path stands before it.

probe-favicon = a browser wants a tab icon
probe-touch-icon = a phone wants a home icon
probe-robots = a crawler asks what it may
probe-sitemap = a crawler asks which pages there are
probe-dev-tools = Chrome looks for a project
probe-traffic-advice = Chrome asks to load ahead
probe-source-map = developer tools look for a file's sources
probe-health-check = is the server alive?
probe-metrics = monitoring collects numbers
probe-service-worker = left by an earlier site
probe-browser-config = Windows wants a Start tile
probe-security-contact = somebody looks for whom to tell of a hole
probe-ads-list = an advertising network looks for its sellers
probe-asset-links = Android looks for its apps
probe-apple-app-site = iOS looks for its apps
probe-change-password = a password manager wants to change a password
probe-fediverse = a social network's server looks for accounts
probe-open-id = a program looks for a way to sign in
probe-acme = a certificate authority checks this name
probe-mail-setup = a mail or calendar program looks for settings
probe-privacy-policy = somebody looks for promises about privacy
probe-humans = somebody asks who made the site
probe-llms-summary = a language model's crawler wants a summary
probe-feed = a reader looks for news
probe-captive-portal = a device looks whether it is online
probe-plugin-policy = a plug-in of former days asks for leave
probe-dev-server = a tab left open from a development server
probe-word-press = a scanner wants WordPress
probe-secrets = a scanner looks for keys and passwords
probe-admin-panel = a scanner looks for administration pages
probe-device = a scanner looks for a router or camera
probe-framework = a scanner looks for a hole in a framework
probe-script = a scanner looks for scripts that can be run
probe-open-proxy = a scanner looks for an open proxy

## What there is too little of, and what was chosen instead.

notice-cannot-print = standard output cannot be written ({ $system }); trying on, and counting what is not shown. More: `hello help cannot-print`
notice-nobody-reads = nobody reads standard output any more; serving goes on, Ctrl-C stops it
notice-too-many-open-files = no more connections: too many open files ({ $system }); trying on. More: `hello help too-many-open-files`
notice-out-of-memory = no more connections: not enough memory ({ $system }); trying on. More: `hello help memory-limit`
notice-disk-full = standard output cannot be written: the disk is full ({ $system }); trying on, and counting what is not shown. More: `hello help disk-full`
notice-next-port = port { $taken } is taken; taking { $port } instead
notice-not-opened-as-administrator = no browser is opened: it would run as the administrator. Open the address yourself
notice-not-opened-no-display = no browser is opened: there is no display here. Open the address where there is one
notice-not-opened-no-address = no browser is opened: a Unix socket is no address for it
notice-not-opened-no-program = no browser is opened: there is no xdg-open here, nor anything like it. Open the address yourself
notice-not-opened-failed = no browser is opened: { $program } failed. Open the address yourself
notice-clients-forgotten = more than { $remembered } clients have spent what a --rate-limit gives them; who is new passes unremembered. More: `hello help clients-forgotten`
notice-memory-limit = memory is limited to { $limit }, and files alone may keep { $files } of it. More: `hello help memory-limit`

## TLS: how handshakes go, and what becomes of them.

handshake-for = {" "}for { $name }
handshake-resumed = , resumed
ending-handshake-timeout = closed by us: no TLS handshake in { $seconds } s
ending-handshake-failed = no TLS: { $what }
ending-not-tls = closed by us: neither TLS nor HTTP came
ending-plain-http = plain HTTP where TLS is spoken; told the https address
ending-broken-tls = closed by us: a record that no key opens, damaged or forged
handshake-distrusted = the client does not trust the authority behind our certificate
handshake-found-expired = the client finds our certificate expired, or its clock is wrong
handshake-found-revoked = the client finds our certificate revoked
handshake-wrong-name = the client looks for another name than our certificate has
handshake-client = , client { $client }
handshake-client-unproven = the client has no certificate, and one is asked for
handshake-client-unknown = nobody we trust vouches for the client's certificate
handshake-client-expired = the client's certificate has expired
handshake-old-version = the client offers only TLS 1.1 or older
handshake-no-common-cipher = no cipher that both know
handshake-no-common-group = no key exchange that both know
handshake-no-common-signature = no signature of ours that the client can verify
handshake-no-common-protocol = the client wants a protocol other than HTTP/1.1
handshake-incompatible = the client asks for something that is not spoken here
handshake-refused-by-client = the client broke it off
handshake-left = the client left in the middle of the handshake
handshake-too-long = the client says more than a handshake needs
handshake-malformed = what the client said breaks a rule of TLS
notice-log-disk-full = the disk is full: the access log { $log } cannot be written. Requests go on; lines that are lost are counted. More: `hello help disk-full`
notice-log-fails = the access log { $log } cannot be written: { $system }. Requests go on; lines that are lost are counted. More: `hello help log-unwritable`
notice-log-works = the access log { $log } is written again{ $lost ->
    [0] , and no line was lost
    [one] ; { $count } line was lost
   *[other] ; { $count } lines were lost
 }
notice-left-out = { $lines ->
    [one] { $count } line like this was left out
   *[other] { $count } lines like this were left out
 }
notice-log-missed = more happened than access logs could write: { $lost ->
    [one] { $count } line was lost
   *[other] { $count } lines were lost
 }
summary-lost-lines = { $events ->
    [one] { $count } line of the access log was lost.
   *[other] { $count } lines of the access log were lost.
 }
notice-certificates-renewed = the certificate files have changed; new connections get the new { $certificates ->
    [one] certificate
   *[other] certificates
 }
notice-certificate-kept = the new { $path } cannot be used ({ $what }); the old one stays. More: `hello help { $error }`

## HTTP/2: a rule was broken that concerns the whole connection.

ending-sent-away = closed by us: { $what } ({ $rfc })

## HTTP/2: one request was refused, and the connection goes on.

request-refused = a request refused: { $what } ({ $rfc })
request-refused-with = a request refused: { $what } ({ $rfc }), answered { $status }

## Metrics: what is told of each, to programs and to those who read their tables.

metric-hello_build = the version that runs
metric-hello_start_time = when the server was started, seconds since 1970
metric-hello_ready = whether people may be sent here: 1 or 0
metric-hello_connections_accepted = connections accepted
metric-hello_connections = connections that live now, by what they are doing
metric-hello_connections_ended = connections that ended, by how
metric-hello_exchanges = requests that were answered, whole or in part, by the first digit of the status
metric-hello_exchange = how long exchanges took, from the whole head of the request to the last byte given to the kernel
metric-hello_content = bytes of content sent, without heads
metric-hello_exchanges_broken = of the exchanges, those whose answer could not be finished
metric-hello_requests_refused = requests that their protocol refused by itself, on connections that went on
metric-hello_limits_refused = requests and connections that limits of clients refused
metric-hello_limits_would_refuse = those that a limit would have refused that only tells
metric-hello_reloads = how often the settings were read anew, by what came of it
metric-hello_received = bytes read from sockets, after opening what was sealed
metric-hello_sent = bytes given to the kernel, before sealing
metric-hello_cache_hits = answers with files that were kept, without asking the disk
metric-hello_cache_misses = answers for which the disk was asked: whether a file is the same, or for the file
metric-hello_cache = bytes of files kept in memory
metric-hello_cache_files = files kept in memory
metric-hello_cache_open_files = files kept open
metric-hello_journal_dropped = events of the journal that nobody read in time, by kind; they are counted here all the same
metric-hello_log_lines_lost = lines that access logs could not write
