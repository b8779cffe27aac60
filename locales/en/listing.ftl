## A folder without a page of its own.

listing-language = English
listing-root = Start
listing-path = Path
listing-contents = Contents
listing-search = Filter, or search below with Enter
listing-filter = Filter
listing-search-below = Search below
listing-shown = # of # shown
listing-sort = Order
listing-name = Name
listing-size = Size
listing-date = Changed
listing-look = View
listing-list = List
listing-tiles = Tiles
listing-view = View
listing-empty = This folder is empty.
listing-nothing-found = Nothing here has that in its name.
listing-all = Show everything
listing-folders = { $count ->
    [one] { $shown } folder
   *[other] { $shown } folders
}
listing-files = { $count ->
    [one] { $shown } file
   *[other] { $shown } files
}
listing-found = { $count ->
    [0] Nothing found
    [one] { $shown } found
   *[other] { $shown } found
}
listing-part = { $first } to { $last } on this page
listing-cut = This folder has more in it than can be listed. What is missing here opens by its own address.
listing-search-cut = The search ended before it was through: there may be more. A longer word, or a folder further down, finds it.
listing-pages = Pages
listing-previous = Previous
listing-next = Next
listing-neighbours = Before and after
listing-bytes = { $bytes ->
    [one] { $shown } byte
   *[other] { $shown } bytes
}
listing-open = Open
listing-download = Download
listing-no-text = This file is not text, so there is nothing to show here. Open or download it.
listing-preview-cut = These are the first { $kib } KiB. Open the file to read on.
