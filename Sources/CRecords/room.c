/// Memory that a work fills at once and gives back when it is done.
///
/// In pages of 4 KB the system is asked again for each page that is first written to; sorting
/// 1,000,000 names takes 50 MB, for which pages of 2 MB ask 25 times instead of 12,000. What is
/// kept stays in small pages, of which only those are taken that are filled.
#include "internal.h"

#include <stdlib.h>
#include <sys/mman.h>

static const size_t page = 2 << 20;

void records_favour_large_pages(void *start, size_t bytes) {
#ifdef MADV_HUGEPAGE
    uint8_t *first = (uint8_t *)(((uintptr_t)start + page - 1) / page * page);
    uint8_t *end = (uint8_t *)start + bytes;
    // Where the system has none to give, small ones do as well.
    if (end > first && (size_t)(end - first) >= page)
        (void)madvise(first, (size_t)(end - first) / page * page, MADV_HUGEPAGE);
#endif
}

void *records_room(size_t count, size_t size) {
    size_t bytes = count * size;
    if (bytes < 2 * page) return malloc(bytes);
    size_t rounded = (bytes + page - 1) / page * page;
    void *room = aligned_alloc(page, rounded);
    if (room) records_favour_large_pages(room, rounded);
    return room;
}
