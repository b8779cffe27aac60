/* The floor: how little a server can do and still answer.
 *
 * One thread, one epoll, one buffer. Whatever arrives in one read counts as one request, and the
 * same answer is written back: no parsing, no limits, no time. What a real server costs above this
 * is the price of being one. Not for anything else.
 *
 *     cc -O2 -o floor floor.c && ./floor 8080 1024
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS_MAX = 256, REQUEST_BYTES_MAX = 16 << 10, HEAD_BYTES_MAX = 256 };

static void must(int ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static int listen_on(int port) {
    int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    must(door >= 0, "socket");
    int yes = 1;
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(door, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    must(bind(door, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    must(listen(door, 4096) == 0, "listen");
    return door;
}

static void watch(int poller, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    must(epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

int main(int count, char **words) {
    if (count != 3) {
        fprintf(stderr, "usage: floor PORT CONTENT_BYTES\n");
        return 2;
    }
    size_t content_bytes = strtoul(words[2], NULL, 10);
    char *answer = malloc(HEAD_BYTES_MAX + content_bytes);
    must(answer != NULL, "malloc");
    size_t head_bytes = (size_t)snprintf(answer, HEAD_BYTES_MAX,
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: %zu\r\n\r\n", content_bytes);
    memset(answer + head_bytes, '.', content_bytes);
    size_t answer_bytes = head_bytes + content_bytes;

    int door = listen_on(atoi(words[1]));
    int poller = epoll_create1(0);
    must(poller >= 0, "epoll_create1");
    watch(poller, door);

    static char request[REQUEST_BYTES_MAX];
    struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int ready = epoll_wait(poller, events, EVENTS_MAX, -1);
        for (int n = 0; n < ready; n++) {
            int fd = events[n].data.fd;
            if (fd == door) {
                int line = accept4(door, NULL, NULL, SOCK_NONBLOCK);
                if (line >= 0)
                    watch(poller, line);
                continue;
            }
            ssize_t got = recv(fd, request, sizeof request, 0);
            if (got < 0 && (errno == EAGAIN || errno == EINTR))
                continue;
            if (got <= 0 || send(fd, answer, answer_bytes, MSG_NOSIGNAL) < (ssize_t)answer_bytes)
                close(fd); /* gone, or not reading: neither is measured here */
        }
    }
}
