## Sending compressed files, and laying them down: `--no-compression`, `hello compress`.

option-no-compression = --no-compression
option-no-compression-about = send every file as it is: neither from a sibling (.br, .zst, .gz) nor compressed while serving
option-dry-run-about = write nothing, only say what would be saved
command-compress = compress DIR
command-compress-about = lay compressed siblings (.br, .zst, .gz) beside the files of a folder, to be sent in their place; `--dry-run` only says what would be saved

compress-progress = compressing
compress-nothing = { $path }: nothing in there that would get smaller
compress-done = { $path }: { $compressed } of { $files } { $files ->
    [one] file
   *[other] files
 } compressed, { $made } { $made ->
    [one] sibling
   *[other] siblings
 } made
compress-would = { $path }: { $compressed } of { $files } { $files ->
    [one] file
   *[other] files
 } would be compressed, { $made } { $made ->
    [one] sibling
   *[other] siblings
 } would be made
compress-all-fresh = { $path }: nothing to do
compress-no-such-path = cannot compress `{ $path }`: there is no such file or folder
compress-path-unreadable = cannot compress `{ $path }`: this user may not read it
compress-path-not-servable = cannot compress `{ $path }`: it is neither a folder nor a regular file
compress-saved = { $coding } { $plain } → { $coded }: { $percent } % saved
compress-fresh = { $count } { $count ->
    [one] sibling was there and is
   *[other] siblings were there and are
 } still fresh
compress-left = { $count } { $count ->
    [one] file stays as it is: it
   *[other] files stay as they are: they
 } would not get smaller
compress-too-large = { $count } { $count ->
    [one] file is
   *[other] files are
 } larger than 64 MiB and { $count ->
    [one] stays as it is
   *[other] stay as they are
 }
compress-removed = { $count } old { $count ->
    [one] sibling
   *[other] siblings
 } removed that would not be worth making again
compress-would-remove = { $count } old { $count ->
    [one] sibling
   *[other] siblings
 } would be removed: not worth making again
compress-unreadable = cannot read { $path }: { $said }
compress-unwritable = cannot write { $path }: { $said }
compress-in-the-way = { $path } is no regular file, so it was left alone
compress-changed = { $path } changed while it was read; repeat the command
compress-too-deep = { $path } lies too deep: folders more than 128 deep are left out
compress-panicked = { $path }: a bug in hello stopped part of the work; the siblings that were made are whole
compress-more = and { $count } { $count ->
    [one] more like it
   *[other] more like these
 }
compress-cut-short = stopped there: the rest would have failed too. Once there is room, or writing is allowed, repeat the command; what is done is not done again

error-missing-folder = compress which folder?
hint-missing-folder = write `hello compress ./dist`; with `--dry-run` it only says what would be saved
help-missing-folder-title = compress: which folder?
help-missing-folder =
    `hello compress` writes files beside those that it finds, so it does not guess where.

    How to mend it: name the folder that is served, `hello compress ./dist`. `hello compress ./dist --dry-run` writes nothing and says what would be saved.
