/// Memory that a work fills at once and gives back when it is done.
///
/// In pages of 4 KB the system is asked again for each page that is first written to; sorting
/// 1,000,000 names takes 50 MB, for which pages of 2 MB ask 25 times instead of 12,000. What is
/// kept stays in small pages, of which only those are taken that are filled.
#include "internal.h"

#include <stdlib.h>
#include <sys/mman.h>

void *records_room(size_t count, size_t size) {
    const size_t page = 2 << 20;
    size_t bytes = count * size;
    if (bytes < 2 * page) return malloc(bytes);
    size_t rounded = (bytes + page - 1) / page * page;
    void *room = aligned_alloc(page, rounded);
#ifdef MADV_HUGEPAGE
    // Where the system has none to give, small ones do as well.
    if (room) (void)madvise(room, rounded, MADV_HUGEPAGE);
#endif
    return room;
}
