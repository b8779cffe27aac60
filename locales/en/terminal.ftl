## What the terminal says.

greeting = Connection established!

serving-built-in = hello serves its built-in site
serving-path = hello serves { $path }
how-to-stop = Ctrl-C stops it
this-machine = this machine
the-network = the network
more-addresses = and { $addresses } more
listening-at = listening at { $address }

events-dropped = { $events ->
    [one] { $count } event is
   *[other] { $count } events are
 } not shown: faster than this output is read
request-broken = broken off, of { $size }

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
folded-errors = { $events ->
    [one] { $count } error
   *[other] { $count } errors
 }
folded-ends = { $events ->
    [one] { $count } more end
   *[other] { $count } more ends
 }

## The last lines.

summary = { $connections } and { $requests } in { $time }, { $sent } sent
connections = { $events ->
    [one] { $count } connection
   *[other] { $count } connections
 }
requests = { $events ->
    [one] { $count } request
   *[other] { $count } requests
 }
summary-wrong = errors: { $what }
summary-client-errors = { $count } × 4xx
summary-server-errors = { $count } × 5xx
summary-broken = { $count } broken off
summary-refused = { $count } refused
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

## Why an answer is not the file asked for, beside the path.

remark-method-not-allowed = not for this method
remark-bad-path = no possible name
remark-no-such-file = no such file
remark-no-index = folder without index.html
remark-hidden = hidden name
remark-leaves-root = leads out of the folder
remark-special-file = not a file
remark-forbidden = may not be read
remark-unreadable = cannot be read
remark-root-gone = the folder is gone
remark-precondition-failed = has changed
remark-range-unsatisfiable = beyond the end
remark-panicked = a bug in hello
remark-overloaded = no room

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
ending-overloaded = no room: answered 503
ending-drained = closed by us: stopping
ending-cut-short = cut off by us: stopping
ending-file-changed = reset by us: the file changed while it was being sent
ending-failed = closed by us: the system failed
ending-panicked = closed by us: a bug in hello; please report it
ending-progress = , { $percent } % of { $target } sent

## What concerns the server itself.

notice-crowded = { $limit ->
    [one] { $limit } connection is
   *[other] { $limit } connections are
 } the limit, and it is reached; the longest idle are closed to make room. More: `ulimit -n`, or --max-connections
notice-crowd-over = there is room again; { $shed } idle closed, { $refused } answered 503 meanwhile
notice-accept-fails = the system gives us no more connections ({ $system }); trying on. More: `ulimit -n`, or --max-connections
notice-accept-works = connections are accepted again after { $failures ->
    [one] { $failures } failure
   *[other] { $failures } failures
 }
notice-draining = { $busy ->
    [0] stopping
    [one] stopping: { $busy } answer is being finished; Ctrl-C again stops at once
   *[other] stopping: { $busy } answers are being finished; Ctrl-C again stops at once
 }
notice-cannot-print = standard output cannot be written ({ $system }); trying on, and counting what is not shown
