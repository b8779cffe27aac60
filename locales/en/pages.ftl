## What a visitor reads in a page.

page-to-the-start = To the start page

# The name of a status, above its explanation.
status-308 = This page is to be had in private
status-400 = This request cannot be understood
status-403 = This file may not be read
status-404 = Not found
status-405 = This cannot be done here
status-408 = That took too long
status-412 = Your copy is out of date
status-413 = This request carries too much
status-414 = This address is too long
status-416 = There is no such part
status-417 = That cannot be promised
status-421 = This is the wrong door
status-429 = You ask for too much
status-431 = This request carries too much
status-500 = Something broke on our side
status-501 = Nobody here knows that method
status-503 = Not just now
status-505 = This version of HTTP is not spoken here
status-other = This did not work

# What happened, and what to do now.
reason-misdirected = This connection was made for another name. Browsers ask again by themselves, on a new one.
reason-method-not-allowed = Files can be looked at here, and that is all: ask with GET or HEAD.
reason-bad-path = The address contains something that no file can be called. If you typed it, look for a stray percent sign or backslash; if you followed a link, its author should know.
reason-no-such-file = Nothing here has that name. Look for a typing error in the address, or begin at the start page.
reason-no-index-title = Nothing to show here
reason-no-index = This folder is here, but there is no page in it that would show what it holds. If it is your folder, put an index.html into it, or start hello with --list.
reason-forbidden = The file is here, but the server has no permission to read it. If it is your file, make it readable for the user the server runs as.
reason-unreadable = The file is here, but the system failed to read it. Try again; if it stays so, the disk of the server needs its owner's attention.
reason-root-gone = The folder that was served here is gone for the moment. Try again shortly; it is served again as soon as it is back.
reason-precondition-failed = You asked only in case nothing has changed, and it has. Load the page again to get it as it is now.
reason-range-unsatisfiable = The part you asked for lies beyond the end of the file, which may have become shorter. Load the whole file again.
reason-panicked = The server ran into a mistake of its own. It is written down in its journal; try again.
reason-overloaded = The server has its hands full. Try again in a moment.
reason-rate-limited-title = You ask too often
reason-rate-limited = More requests came from your address than this site takes in such a time. Wait a moment, and load the page again.
reason-too-many-at-once-title = Too much at once
reason-too-many-at-once = Requests from your address are still being answered. Wait until they are done, and ask again.
reason-body-too-large = What you sent is larger than this site takes. Send less, or in parts.
reason-body-too-large-rule = at most { $most } (body-bytes-max)
reason-private-view-title = Only at this computer
reason-private-view = This shows connections, and is for the person at the computer where the server runs: at localhost, 127.0.0.1 or [::1], asked for by the server’s own page.
reason-unknown-protocol-title = Nobody here speaks that
reason-unknown-protocol = Nothing here goes on in another protocol than HTTP.
reason-other-site-title = Only for pages of this site
reason-other-site = Pages of this site hear from here when their files change. Pages of other sites do not.
reason-unknown-host-title = No site of that name
reason-unknown-host = No site here has the name that was asked for. Look for a typing error in the address; if the site is yours, add its name to hello.toml.
reason-by-rule-title = Not to be had here
reason-by-rule = The owner of this site has decided that this address leads nowhere.
reason-redirected-title = Elsewhere
reason-redirected = What you asked for has another address. Browsers go there by themselves.
reason-maintenance-title = Back soon
reason-maintenance = This site is being worked on. Try again in a little while.

# What happened where a rule of HTTP was broken that a person can break in the address bar.
refusal-bad-escape-text = The address has a percent sign without the two digits that belong after it. If you typed it, look for one that should not be there, or write %25 for the sign itself; if you followed a link, its author should know.

# What happened where nothing more is known than the status.
status-400-text = The request breaks a rule of HTTP, so the server cannot be sure what it means. If you saw this in a browser, try again without anything between you and the server that may have altered the request.
status-408-text = The request did not arrive in time. Check your connection and try again.
status-414-text = The address is longer than the server takes. Shorten it.
status-417-text = The request expects something that the server does not do. Ask without it.
status-431-text = The request has more header fields, or longer ones, than the server takes. In a browser, deleting this site's cookies often helps.
status-501-text = The request uses a method that the server does not know. Ask with GET or HEAD.
status-503-text = The server has its hands full. Try again in a moment.
status-505-text = The server speaks HTTP/1.0, HTTP/1.1 and HTTP/2. Ask again in one of those.
status-other-text = The server could not answer this request. Try again, or begin at the start page.

## HTTP in clear where TLS is spoken.

refusal-plain-http-text = This port speaks https only. Write https:// in front of the address; a browser that was told the name of the site goes there by itself.

## What stands at the start where several folders are served.

page-mounts-title = What is here
