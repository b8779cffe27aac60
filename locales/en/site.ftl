## The built-in site.

site-title = Hello! · hello
site-hello = Hello!
site-hi = Hi from Rust
site-lead = This is hello, a web server that tells you what it is doing and why: in the terminal where it runs, and here.

site-languages = Language
site-theme = Theme
site-theme-auto = Auto
site-theme-light = Light
site-theme-dark = Dark

site-next = Three commands to try next
site-next-folder = Serve a folder of your own. From the source:
site-next-tui = The same in the terminal, on the whole screen.
site-next-help = Everything else, with examples.

site-live = Your connections
site-live-text = One line for each connection from this computer, from its first moment to its last. Bars are requests; with every mark, time runs ten times as fast.
site-live-sleep = Open /sleep twice
site-live-sleep-text = : it takes five seconds and holds up nobody.
site-pulse-still = As they were when this page was made.
site-pulse-reload = Load it again
site-pulse-live = Live
site-pulse-lost = The server is gone; waiting for it to come back
site-axis = 1 ms | 10 ms | 0.1 s | 1 s | 10 s | 1 min | 10 min

# A connection.
site-thread-number = Connection #{ $number }
site-thread-spare = spare
site-thread-earlier = { $count ->
    [one] { $count } earlier request
   *[other] { $count } earlier requests
}
site-thread-page = This page came through it.
site-thread-live = What you see here arrives through it, live.
site-thread-silent = Nothing has been asked for on it yet. Browsers open connections before they need them.
site-state-accepted = open, not a word yet
site-state-handshaking = agreeing on keys
site-state-waiting = open, waiting for the next request
site-state-reading = hearing a request
site-state-answering = working on an answer
site-state-sending = sending an answer
site-state-draining = saying goodbye

# Why no connections are shown.
site-away-elsewhere = Connections are shown only to the person at the computer where hello runs. You come from another one.
site-away-forwarded = Connections are shown only to the person at the computer where hello runs. Your request was passed on by a proxy or a tunnel, so it may come from anywhere.
site-away-other-name = Connections are shown only at localhost, 127.0.0.1 or [::1]. You used another name for this server, and a stranger’s page could have that name lead here.
site-away-other-site = Another site led you here, and none of them is to learn about your connections. Open this page’s address yourself to see them.

site-does-tells = Tells you
site-does-tells-text = Who connects, what is asked and answered, how it ends, and what is likely behind it.
site-does-files = Serves files well
site-does-files-text = Downloads resume; an unchanged file costs a 304; a changed one is seen within 0.1 s.
site-does-strict = Refuses riddles
site-does-strict-text = What is ambiguous in HTTP is turned down, and the broken rule is named.
site-does-private = Keeps to itself
site-does-private-text = Only this computer is listened to unless told otherwise; hidden files stay hidden.
site-footer = It grew out of the last chapter of The Rust Programming Language.

# /sleep
site-sleep-title = That took five seconds
site-sleep-what = This answer waited on purpose. Everybody else was answered meanwhile.
site-sleep-others = While it waited it occupied no thread, and no more memory than the request itself. Open this page in two tabs at once: both take five seconds, not ten.
site-sleep-book = In the book, the first server had one thread, and a sleeper blocked everyone. Then came a pool of threads, and as many sleepers as threads. Here, sleepers cost next to nothing.
site-sleep-again = Sleep once more
