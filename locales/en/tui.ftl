## The full-screen view: hello --tui.

tui-title = hello serves { $what } at { $address }
tui-built-in = its built-in site
tui-too-small = This window is too small: { $columns } columns and { $lines } lines at least. q quits.
tui-failed = the view has failed (a bug in hello; please report it). The server goes on; Ctrl-C stops it

## The numbers at the top.

tui-open = { $number } open
tui-connections = { $n ->
    [one] { $number } connection
   *[other] { $number } connections
 } ({ $rate }/s)
tui-requests = { $n ->
    [one] { $number } request
   *[other] { $number } requests
 } ({ $rate }/s)
tui-bytes = { $size } sent ({ $rate }/s)

## The table.

tui-column-number = #
tui-column-peer = peer
tui-column-state = state
tui-column-age = age
tui-column-requests = requests
tui-column-requests-short = reqs
tui-column-received = in
tui-column-sent = out
tui-column-last = last request
tui-column-why = what is likely, or how it ended

tui-nobody-yet = Nobody has connected yet.
tui-nobody-like-that = No connection is like that. Esc shows all.
tui-filter = filter
tui-sorted = sorted by
tui-ended-hidden = ended ones hidden
tui-rows = { $from }–{ $to } of { $of }
tui-not-shown = { $number } more open

## What keys do, in a word.

tui-key-quit = quit
tui-key-help = help
tui-key-open = open
tui-key-filter = filter
tui-key-sort = sort
tui-key-turn = reverse
tui-key-ended = ended
tui-key-totals = totals
tui-key-move = move
tui-key-scroll = scroll
tui-key-back = back
tui-key-keep = keep
tui-key-drop = drop the filter

## One connection, from accept to close.

tui-accepted = accepted
tui-now = now
tui-story-requests = { $n ->
    [one] { $n } request
   *[other] { $n } requests
 }
tui-story-received = { $text } received
tui-story-sent = { $text } sent
tui-story-forgotten = { $n ->
    [one] … { $n } earlier request is not kept
   *[other] … { $n } earlier requests are not kept
 }
tui-story-pause = … nothing for { $time }
tui-story-broken = of { $size }: broken off

## A request that is being answered.

tui-rate = { $size }/s
tui-running-endless = { $progress }, without an end

## What could not be looked at in time.

tui-missed-short = { $number } not seen

## Everything added up.

tui-endings = How connections ended
tui-notices = What else happened
tui-slowest = The slowest answers since the start
tui-largest = The largest answers since the start
tui-missed = { $n ->
    [one] { $number } event came
   *[other] { $number } events came
 } too fast to be looked at; the totals count them all the same

## Help.

tui-help-keys = Keys
tui-help-move = another connection; Page Up and Down, Home and End too
tui-help-open = open the connection: its timeline from accept to close
tui-help-back = one step back; in the table: drop the filter, go to the top
tui-help-filter = filter as you type: peer, state, path, status, ending, label
tui-help-sort = sort by the next column, by the one before
tui-help-digits = sort by this column; once more reverses the order
tui-help-turn = turn the order round
tui-help-ended = hide or show connections that have ended
tui-help-totals = endings by kind, the slowest and the largest answers
tui-help-redraw = draw everything anew
tui-help-help = this help, and back
tui-help-quit = stop the server, as Ctrl-C does: answers are finished first; once more stops at once
tui-help-states = What a connection may be doing
tui-help-errors = Errors are answers of 400 and more, answers that broke off, and requests that were refused. Probes are what browsers and scanners ask every server for (/favicon.ico and the like): they are counted apart and are no errors.
