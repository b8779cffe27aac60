## Сжатые файлы: как их отдавать и как готовить — --no-compression, «hello compress».

option-no-compression = --no-compression
option-no-compression-about = отдавать файлы как есть: не брать сжатые соседние (.br, .zst, .gz) и не сжимать на ходу
