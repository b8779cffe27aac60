## What the terminal says.

greeting = Connection established!

serving-built-in = hello serves its built-in site
serving-path = hello serves { $path }
listening-at = at { $address }
how-to-stop = Ctrl-C stops it

events-dropped = { $events ->
    [one] { $events } event is
   *[other] { $events } events are
 } not shown: faster than this terminal reads
request-broken = of { $size }: broken off
summary = { $connections ->
    [one] { $connections } connection
   *[other] { $connections } connections
 } and { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
 } in { $seconds } s. Goodbye!

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
 } the limit, and it is reached; the longest idle are closed to make room. More: `hello help too-many-connections`
notice-crowd-over = there is room again; { $shed } idle closed, { $refused } answered 503 meanwhile
notice-accept-fails = the system gives us no more connections ({ $system }); trying on. More: `hello help accept-fails`
notice-accept-works = connections are accepted again after { $failures ->
    [one] { $failures } failure
   *[other] { $failures } failures
 }
notice-draining = { $busy ->
    [0] stopping
    [one] stopping: { $busy } answer is being finished; Ctrl-C again stops at once
   *[other] stopping: { $busy } answers are being finished; Ctrl-C again stops at once
 }
notice-cannot-print = standard output cannot be written ({ $system }); trying on, and counting what is not shown. More: `hello help cannot-print`

## What there is too little of, and what was chosen instead.

notice-too-many-open-files = no more connections: too many open files ({ $system }); trying on. More: `hello help too-many-open-files`
notice-out-of-memory = no more connections: not enough memory ({ $system }); trying on. More: `hello help memory-limit`
notice-disk-full = standard output cannot be written: the disk is full ({ $system }); trying on, and counting what is not shown. More: `hello help disk-full`
notice-next-port = port { $taken } is taken; taking { $port } instead
notice-memory-limit = memory is limited to { $limit }, and files alone may keep { $files } of it. More: `hello help memory-limit`
