/// The calls of the C library that Swift's own module of it lacks.
#pragma once

#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Takes (or gives back) an open-file-description lock on one byte of a file.
///
/// @param byte which byte; it need not exist
/// @param exclusive 1 for a writer's lock, 0 for a reader's, −1 to give it back
/// @param wait whether to wait for it
/// @return 0, or −1 with errno set
int platform_lock(int fd, off_t byte, int exclusive, int wait);

/// Whether somebody else holds a lock on one byte of a file, of either kind.
///
/// @return 1, or 0; −1 with errno set
int platform_is_locked(int fd, off_t byte);

/// Takes a writer's lock on one byte of a file, however long that takes; where it takes longer
/// than some seconds, that is told once, on another thread.
///
/// @param tell called with `context`
/// @return 0, or −1 with errno set
int platform_lock_telling(
    int fd, off_t byte, int seconds, void (*tell)(void *context), void *context);

/// Exchanges two names of one file system in one step (renameat2, RENAME_EXCHANGE).
///
/// @return 0, or −1 with errno set
int platform_exchange(const char *one, const char *other);

/// Gives a file a new name that no other may bear yet (renameat2, RENAME_NOREPLACE).
///
/// @return 0, or −1 with errno set, EEXIST where the name is taken
int platform_rename_to_new(const char *from, const char *to);

/// Opens a file in a folder for writing that has no name yet, so that it goes with whoever writes
/// it (O_TMPFILE); its owner alone may read it.
///
/// @return its descriptor, or −1 where the system or the file system has no such files
int platform_open_unnamed(const char *folder);

/// Gives such a file a name that no other may bear yet.
///
/// @return 0, or −1 with errno set, EEXIST where the name is taken
int platform_name(int fd, const char *path);

/// Gives an open file the access control list of another, or none where that has none.
///
/// @return 0 where both have the same now or the file system has no such lists, −1 with errno set
/// where it could not be
int platform_copy_acl(const char *from, int to);

/// Lets those use an open file of this user who may use another one that has an access control
/// list: its owner and its group, who are not this file's, and whoever is named there.
///
/// @return 0, or −1 where the other has no such list or that could not be done
int platform_grant_acl(const char *from, int to, uid_t owner, gid_t group);

/// What the group of an open file may do with it by its access control list (4 read, 2 write);
/// −1 where it has none, and the mode tells.
int platform_group_permissions(int fd);

/// Gives an open file the extended attributes of another that people and programs set (`user.`).
///
/// @return 0 where it has them now or the file system has none, −1 with errno set
int platform_copy_attributes(const char *from, int to);

/// Where `needle` first stands in `haystack`; −1 where it does not.
ptrdiff_t platform_find(
    const uint8_t *haystack, size_t haystack_length, const uint8_t *needle, size_t needle_length);

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of some bytes.
///
/// @param crc the checksum of what came before, 0 at the start
uint32_t platform_crc32c(uint32_t crc, const uint8_t *bytes, size_t length);

/// Asks the kernel for random bytes.
///
/// @return 0, or −1 with errno set
int platform_random(void *bytes, size_t length);

/// Copies bytes of one file behind those that were written to another (copy_file_range).
///
/// @return how many were copied, or −1 with errno set
ssize_t platform_copy(int from, off_t offset, int to, size_t length);

/// Lets the disk begin to write a part of a file, without waiting for it (sync_file_range).
void platform_write_out(int fd, off_t offset, off_t length);

/// Watches a folder for what becomes of the files in it (inotify).
///
/// @return a descriptor for `platform_watch_wait`, or −1 with errno set
int platform_watch(const char *folder);

/// Waits until one of two files of a watched folder is written, made, replaced or taken away.
///
/// @param milliseconds how long to wait at most; −1 for ever
/// @return 1 where that happened, also where the kernel lost count; 0 where the time is over;
///   −1 with errno set
int platform_watch_wait(int watch, const char *name, const char *other, int milliseconds);

/// Makes a terminal of this size.
///
/// @param name takes the path of its far end, where a program is put
/// @return a descriptor of its near end, or −1 with errno set
int platform_terminal(unsigned short columns, unsigned short rows, char *name, size_t size);

/// Gives memory that was freed back to the system (malloc_trim).
void platform_give_memory_back(void);

/// Takes blocks of a quarter of a megabyte and more from the system one by one, also once one was
/// freed (mallopt, M_MMAP_THRESHOLD).
void platform_keep_large_blocks_apart(void);

/// Closes a program's descriptors from one on before it begins
/// (posix_spawn_file_actions_addclosefrom_np).
///
/// @return 0, or an error number
int platform_close_from(posix_spawn_file_actions_t *actions, int fd);
