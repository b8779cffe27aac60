## What a visitor reads in a page.

page-not-found = Not found
