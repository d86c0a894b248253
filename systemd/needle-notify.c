/* needle-notify: passes lines from stdin on to systemd's notify socket, because Node has no unix datagrams.
 * One datagram a line; NOTIFY_SOCKET names the socket ("@" first: an abstract one). Ends with its stdin. Exit 1: no socket. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(void) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (path == NULL || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof to.sun_path) {
        fprintf(stderr, "needle-notify: NOTIFY_SOCKET is not set, or no path\n");
        return 1;
    }
    size_t length = strlen(path);
    memcpy(to.sun_path, path, length);
    if (path[0] == '@') to.sun_path[0] = '\0';
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (path[0] == '@' ? 0 : 1));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fprintf(stderr, "needle-notify: socket: %s\n", strerror(errno));
        return 1;
    }
    char line[512];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t n = strcspn(line, "\n");
        if (n > 0 && sendto(fd, line, n, MSG_NOSIGNAL, (struct sockaddr *)&to, size) < 0)
            fprintf(stderr, "needle-notify: %s: %s\n", path, strerror(errno));
    }
    close(fd);
    return 0;
}
