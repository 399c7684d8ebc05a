#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/random.h>
#include <sys/xattr.h>
#include <time.h>
#include <sys/ioctl.h>
#include <unistd.h>

int platform_lock(int fd, off_t byte, int exclusive, int wait) {
    struct flock lock = {.l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    lock.l_type = exclusive < 0 ? F_UNLCK : exclusive ? F_WRLCK : F_RDLCK;
    int result;
    do {
        result = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
    } while (result < 0 && errno == EINTR);
    return result;
}

int platform_is_locked(int fd, off_t byte) {
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    if (fcntl(fd, F_OFD_GETLK, &lock) < 0) return -1;
    return lock.l_type != F_UNLCK;
}

int platform_exchange(const char *one, const char *other) {
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

int platform_rename_to_new(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    if (link(from, to) < 0) return -1;
    return unlink(from);
}

struct patience {
    pthread_mutex_t mutex;
    pthread_cond_t end;
    int is_over;
    struct timespec limit;
    void (*tell)(void *);
    void *context;
};

static void *wait_for_end(void *argument) {
    struct patience *patience = argument;
    int result = 0;
    pthread_mutex_lock(&patience->mutex);
    while (!patience->is_over && result == 0) {
        result = pthread_cond_timedwait(&patience->end, &patience->mutex, &patience->limit);
    }
    int is_over = patience->is_over;
    pthread_mutex_unlock(&patience->mutex);
    if (!is_over) patience->tell(patience->context);
    return NULL;
}

int platform_lock_telling(
    int fd, off_t byte, int seconds, void (*tell)(void *context), void *context) {
    if (platform_lock(fd, byte, 1, 0) == 0) return 0;
    if (errno != EAGAIN && errno != EACCES) return -1;
    struct patience patience = {
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, {0, 0}, tell, context};
    clock_gettime(CLOCK_REALTIME, &patience.limit);
    patience.limit.tv_sec += seconds;
    pthread_t thread;
    int is_told = pthread_create(&thread, NULL, wait_for_end, &patience) == 0;
    int result = platform_lock(fd, byte, 1, 1);
    int error = errno;
    pthread_mutex_lock(&patience.mutex);
    patience.is_over = 1;
    pthread_cond_signal(&patience.end);
    pthread_mutex_unlock(&patience.mutex);
    if (is_told) pthread_join(thread, NULL);
    errno = error;
    return result;
}

int platform_open_unnamed(const char *folder) {
    // Without /proc it could never be given a name.
    if (access("/proc/self/fd", X_OK) < 0) return -1;
    return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
}

int platform_name(int fd, const char *path) {
    char own[32];
    snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, own, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

int platform_copy_attributes(const char *from, int to) {
    // The most that Linux lets a list of names and a value be (xattr(7)).
    enum { names_size = 65536, value_size = 65536 };
    char *names = malloc(names_size + value_size);
    if (!names) return -1;
    char *value = names + names_size;
    ssize_t length = listxattr(from, names, names_size);
    int result = length < 0 && errno != ENOTSUP ? -1 : 0;
    for (char *name = names; result == 0 && name < names + length; name += strlen(name) + 1) {
        if (strncmp(name, "user.", 5)) continue;
        ssize_t size = getxattr(from, name, value, value_size);
        result = size < 0 ? -1 : fsetxattr(to, name, value, (size_t)size, 0);
    }
    int error = errno;
    free(names);
    errno = error;
    return result;
}

ptrdiff_t platform_find(
    const uint8_t *haystack, size_t haystack_length, const uint8_t *needle, size_t needle_length) {
    const uint8_t *found = memmem(haystack, haystack_length, needle, needle_length);
    return found ? found - haystack : -1;
}

int platform_random(void *bytes, size_t length) {
    return getentropy(bytes, length);
}

int platform_watch(const char *folder) {
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch < 0) return -1;
    uint32_t events = IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVE | IN_ATTRIB;
    if (inotify_add_watch(watch, folder, events | IN_ONLYDIR) >= 0) return watch;
    int error = errno;
    close(watch);
    errno = error;
    return -1;
}

ssize_t platform_copy(int from, off_t offset, int to, size_t length) {
    ssize_t count;
    do {
        off_t at = offset;
        count = copy_file_range(from, &at, to, NULL, length, 0);
    } while (count < 0 && errno == EINTR);
    return count;
}

void platform_write_out(int fd, off_t offset, off_t length) {
    sync_file_range(fd, offset, length, SYNC_FILE_RANGE_WRITE);
}

/// Takes everything that has happened so far; whether any of it was to one of the two files.
static int drain(int watch, const char *name, const char *other) {
    _Alignas(struct inotify_event) char buffer[8192];
    int touched = 0;
    ssize_t length;
    while ((length = read(watch, buffer, sizeof buffer)) > 0) {
        for (char *at = buffer; at < buffer + length;) {
            const struct inotify_event *event = (const struct inotify_event *)at;
            if (event->mask & IN_Q_OVERFLOW) touched = 1;
            if (event->len && (!strcmp(event->name, name) || !strcmp(event->name, other))) {
                touched = 1;
            }
            at += sizeof *event + event->len;
        }
    }
    return touched;
}

static int64_t milliseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int platform_watch_wait(int watch, const char *name, const char *other, int milliseconds) {
    int64_t end = milliseconds_now() + milliseconds;
    struct pollfd poller = {.fd = watch, .events = POLLIN};
    for (;;) {
        int64_t left = milliseconds < 0 ? -1 : end - milliseconds_now();
        if (milliseconds >= 0 && left < 0) left = 0;
        int ready = poll(&poller, 1, (int)left);
        if (ready < 0 && errno != EINTR) return -1;
        if (ready > 0 && poller.revents & (POLLERR | POLLNVAL)) return -1;
        if (ready > 0 && drain(watch, name, other)) return 1;
        if (milliseconds >= 0 && milliseconds_now() >= end) return 0;
    }
}

int platform_terminal(unsigned short columns, unsigned short rows, char *name, size_t size) {
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct winsize shape = {.ws_row = rows, .ws_col = columns};
    if (fd < 0) return -1;
    if (!grantpt(fd) && !unlockpt(fd) && !ptsname_r(fd, name, size) &&
        !ioctl(fd, TIOCSWINSZ, &shape))
        return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

void platform_give_memory_back(void) { malloc_trim(0); }

void platform_keep_large_blocks_apart(void) { mallopt(M_MMAP_THRESHOLD, 256 << 10); }

int platform_close_from(posix_spawn_file_actions_t *actions, int fd) {
    return posix_spawn_file_actions_addclosefrom_np(actions, fd);
}
