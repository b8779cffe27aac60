## Sending and laying down compressed files: `--no-compression`, `hello compress`.

option-no-compression = --no-compression
option-no-compression-about = send every file as it is: neither its siblings (.br, .zst, .gz) nor compressed while serving
