#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/xattr.h>

int platform_lock(int fd, off_t byte, int exclusive, int wait) {
    struct flock lock = {.l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    lock.l_type = exclusive < 0 ? F_UNLCK : exclusive ? F_WRLCK : F_RDLCK;
    int result;
    do {
        result = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
    } while (result < 0 && errno == EINTR);
    return result;
}

int platform_exchange(const char *one, const char *other) {
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

int platform_copy_acl(int from, int to) {
    static const char name[] = "system.posix_acl_access";
    char value[4096];
    ssize_t length = fgetxattr(from, name, value, sizeof value);
    if (length < 0) return errno == ENODATA || errno == ENOTSUP ? 0 : -1;
    return fsetxattr(to, name, value, (size_t)length, 0);
}

ptrdiff_t platform_find(
    const uint8_t *haystack, size_t haystack_length, const uint8_t *needle, size_t needle_length) {
    const uint8_t *found = memmem(haystack, haystack_length, needle, needle_length);
    return found ? found - haystack : -1;
}

int platform_random(void *bytes, size_t length) {
    return getentropy(bytes, length);
}
