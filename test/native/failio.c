/* failio: an LD_PRELOAD library that lets the k-th file operation below a folder fail, for the io drill.
 * FAILIO_DIR folder · FAILIO_K which operation (1 is the first) · FAILIO_ERRNO number · FAILIO_OP write|sync|open|rename|mkdir|any ·
 * FAILIO_FOR how many from there on (0: all) · FAILIO_SHORT=1: a write takes half and then fails next time. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long seen;

static int is_ours(const char *path) {
    const char *dir = getenv("FAILIO_DIR");
    return dir != NULL && path != NULL && strncmp(path, dir, strlen(dir)) == 0;
}

static int is_our_fd(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = '\0';
    return is_ours(path);
}

/* True when this operation is the one that must fail. */
static int fails(const char *op) {
    const char *wanted = getenv("FAILIO_OP"), *k = getenv("FAILIO_K"), *span = getenv("FAILIO_FOR");
    if (k == NULL || (wanted != NULL && strcmp(wanted, "any") != 0 && strcmp(wanted, op) != 0)) return 0;
    long at = __sync_add_and_fetch(&seen, 1), first = atol(k), count = span != NULL ? atol(span) : 1;
    if (at < first || (count > 0 && at >= first + count)) return 0;
    const char *number = getenv("FAILIO_ERRNO");
    errno = number != NULL ? atoi(number) : EIO;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t n) {
    if (fd > 2 && is_our_fd(fd) && fails("write")) {
        if (getenv("FAILIO_SHORT") == NULL || n < 2) return -1;
        return REAL(write)(fd, bytes, n / 2);
    }
    return REAL(write)(fd, bytes, n);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) {
    if (is_our_fd(fd) && fails("write")) return -1;
    return REAL(pwrite64)(fd, bytes, n, at);
}

ssize_t writev(int fd, const struct iovec *parts, int n) {
    if (fd > 2 && is_our_fd(fd) && fails("write")) return -1;
    return REAL(writev)(fd, parts, n);
}

int fsync(int fd) { return is_our_fd(fd) && fails("sync") ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return is_our_fd(fd) && fails("sync") ? -1 : REAL(fdatasync)(fd); }

int rename(const char *from, const char *to) { return is_ours(to) && fails("rename") ? -1 : REAL(rename)(from, to); }

int mkdir(const char *path, mode_t mode) { return is_ours(path) && fails("mkdir") ? -1 : REAL(mkdir)(path, mode); }

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (mode_t)va_arg(rest, int);
    va_end(rest);
    if (is_ours(path) && (flags & O_ACCMODE) != O_RDONLY && fails("open")) return -1;
    return REAL(open64)(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (mode_t)va_arg(rest, int);
    va_end(rest);
    if (is_ours(path) && (flags & O_ACCMODE) != O_RDONLY && fails("open")) return -1;
    return REAL(open)(path, flags, mode);
}
