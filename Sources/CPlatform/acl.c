#define _GNU_SOURCE
#include "platform.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

/// An entry of a list as the system keeps it (linux/posix_acl_xattr.h); numbers are little-endian.
struct acl_entry {
    uint16_t tag;
    uint16_t permissions;
    uint32_t id;
};

struct acl {
    uint32_t version;
    struct acl_entry entries[510];
};

enum acl_tag { ACL_OWNER = 1, ACL_USER = 2, ACL_OWN_GROUP = 4, ACL_GROUP = 8, ACL_MASK = 16,
               ACL_OTHER = 32 };

static const char acl_name[] = "system.posix_acl_access";

/// How many entries a list of so many bytes has.
static size_t acl_count(ssize_t length) {
    return length < 4 ? 0 : ((size_t)length - 4) / sizeof(struct acl_entry);
}

static void acl_put(struct acl *acl, size_t *count, int tag, int permissions, uint32_t id) {
    if (*count == sizeof acl->entries / sizeof *acl->entries) return;
    acl->entries[(*count)++] =
        (struct acl_entry){htole16((uint16_t)tag), htole16((uint16_t)permissions & 6), htole32(id)};
}

/// Puts the named users or groups of one list into another, but for those named already.
static void acl_put_named(
    struct acl *to, size_t *count, const struct acl *from, size_t length, int tag, uint32_t put) {
    for (size_t index = 0; index < length; index++) {
        const struct acl_entry *entry = &from->entries[index];
        if (le16toh(entry->tag) != tag || le32toh(entry->id) == put) continue;
        acl_put(to, count, tag, le16toh(entry->permissions), le32toh(entry->id));
    }
}

/// What a list lets those do whom the tag stands for.
static int acl_permissions(const struct acl *acl, size_t length, int tag) {
    for (size_t index = 0; index < length; index++) {
        const struct acl_entry *entry = &acl->entries[index];
        if (le16toh(entry->tag) == tag) return le16toh(entry->permissions);
    }
    return 0;
}

int platform_grant_acl(const char *from, int to, uid_t owner, gid_t group) {
    struct acl theirs, own = {htole32(2), {{0}}};
    size_t length = acl_count(getxattr(from, acl_name, &theirs, sizeof theirs));
    if (length == 0) return -1;
    int other = acl_permissions(&theirs, length, ACL_OTHER);
    const uint32_t nobody = UINT32_MAX;
    size_t count = 0;
    acl_put(&own, &count, ACL_OWNER, 6, nobody);
    acl_put(&own, &count, ACL_USER, acl_permissions(&theirs, length, ACL_OWNER), owner);
    acl_put_named(&own, &count, &theirs, length, ACL_USER, owner);
    acl_put(&own, &count, ACL_OWN_GROUP, other, nobody);
    acl_put(&own, &count, ACL_GROUP, acl_permissions(&theirs, length, ACL_OWN_GROUP), group);
    acl_put_named(&own, &count, &theirs, length, ACL_GROUP, group);
    acl_put(&own, &count, ACL_MASK, 6, nobody);
    acl_put(&own, &count, ACL_OTHER, other, nobody);
    return fsetxattr(to, acl_name, &own, 4 + count * sizeof *own.entries, 0);
}

int platform_group_permissions(int fd) {
    struct acl acl;
    size_t length = acl_count(fgetxattr(fd, acl_name, &acl, sizeof acl));
    return length == 0 ? -1 : acl_permissions(&acl, length, ACL_OWN_GROUP);
}

int platform_copy_acl(const char *from, int to) {
    char value[4096], own[4096];
    ssize_t length = getxattr(from, acl_name, value, sizeof value);
    if (length < 0 && errno != ENODATA) return errno == ENOTSUP ? 0 : -1;
    ssize_t before = fgetxattr(to, acl_name, own, sizeof own);
    if (before == length && (length < 0 || !memcmp(value, own, (size_t)length))) return 0;
    return length < 0 ? fremovexattr(to, acl_name)
                      : fsetxattr(to, acl_name, value, (size_t)length, 0);
}
