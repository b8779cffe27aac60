## What the terminal says.

greeting = Connection established!
