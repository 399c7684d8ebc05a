#define _GNU_SOURCE
/// Sorting all records by one line of their text.
///
/// Eight bytes at a time decide: they are sorted as numbers, byte by byte from the last one, and
/// only records that are still alike go on to the next eight. 1,000,000 names take 0.3 s on
/// a busy machine, of which most is waiting for memory.
#include "internal.h"

#include <stdlib.h>

/// A record that is being sorted: eight of its bytes as a number, and where its line is.
struct entry {
    uint64_t bytes;
    uint32_t record;
    uint32_t start;
    uint32_t length;
};

struct sorting {
    const uint8_t *text;
    struct entry *spare;
    int is_descending;
};

static const size_t few = 24;
static const int deepest = 64;

/// The eight bytes of a line after so many, as a number that compares as they do.
static uint64_t bytes_at(const struct sorting *sorting, const struct entry *entry, size_t skipped) {
    uint64_t bytes = 0;
    size_t length = entry->length > skipped ? entry->length - skipped : 0;
    const uint8_t *at = sorting->text + entry->start + skipped;
    for (size_t index = 0; index < 8; index++) {
        bytes = bytes << 8 | (index < length ? at[index] : 0);
    }
    return sorting->is_descending ? ~bytes : bytes;
}

static int compare(const void *one, const void *other, void *context) {
    const struct sorting *sorting = context;
    const struct entry *left = one, *right = other;
    size_t length = left->length < right->length ? left->length : right->length;
    int order = memcmp(sorting->text + left->start, sorting->text + right->start, length);
    if (order == 0) order = (left->length > right->length) - (left->length < right->length);
    if (sorting->is_descending) order = -order;
    return order ? order : (left->record > right->record) - (left->record < right->record);
}

/// Sorts by the eight bytes; those that are the same stay in their order.
static void sort_bytes(struct sorting *sorting, struct entry *entries, size_t count) {
    struct entry *from = entries, *to = sorting->spare;
    for (int shift = 0; shift < 64; shift += 8) {
        size_t places[256] = {0}, next = 0;
        for (size_t index = 0; index < count; index++) places[from[index].bytes >> shift & 0xFF]++;
        if (places[from[0].bytes >> shift & 0xFF] == count) continue;
        for (int byte = 0; byte < 256; byte++) {
            size_t number = places[byte];
            places[byte] = next;
            next += number;
        }
        for (size_t index = 0; index < count; index++) {
            to[places[from[index].bytes >> shift & 0xFF]++] = from[index];
        }
        struct entry *other = from;
        from = to;
        to = other;
    }
    if (from != entries) memcpy(entries, from, count * sizeof *entries);
}

/// Sorts entries that have the same `skipped` bytes, and stand in the order of their records.
static void sort_from(
    struct sorting *sorting, struct entry *entries, size_t count, size_t skipped) {
    if (count <= few || skipped >= 8 * (size_t)deepest) {
        qsort_r(entries, count, sizeof *entries, compare, sorting);
        return;
    }
    int is_longer = 0;
    for (size_t index = 0; index < count; index++) {
        entries[index].bytes = bytes_at(sorting, &entries[index], skipped);
        is_longer |= entries[index].length > skipped || entries[index].length != entries[0].length;
    }
    if (!is_longer) return;
    sort_bytes(sorting, entries, count);
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start + 1; end < count && entries[end].bytes == entries[start].bytes;) end++;
        if (end - start > 1) sort_from(sorting, entries + start, end - start, skipped + 8);
    }
}

static inline const uint8_t *next_line(const uint8_t *at) {
    while (*at != '\n') at++;
    return at + 1;
}

/// The text of a record that is compared.
static struct entry entry_of(
    const uint8_t *text, const uint32_t *ends, size_t record, enum records_line line) {
    const uint8_t *at = text + (record ? ends[record - 1] : 0), *end = text + ends[record];
    if (line != RECORDS_ANY_LINE) {
        for (int passed = 0; passed < (int)line; passed++) at = next_line(at);
        end = next_line(at) - 1;
    }
    struct entry entry = {0, (uint32_t)record, (uint32_t)(at - text), (uint32_t)(end - at)};
    return entry;
}

static void reverse(uint32_t *numbers, size_t count) {
    for (size_t index = 0; index < count / 2; index++) {
        uint32_t number = numbers[index];
        numbers[index] = numbers[count - 1 - index];
        numbers[count - 1 - index] = number;
    }
}

int records_sort(
    const uint8_t *text, const uint32_t *ends, size_t count, enum records_line line,
    int is_descending, uint32_t *order) {
    size_t filled = 0, empty = 0;
    struct entry *entries = malloc((2 * count + 1) * sizeof *entries);
    if (!entries) return 0;
    for (size_t record = 0; record < count; record++) {
        struct entry entry = entry_of(text, ends, record, line);
        if (entry.length) entries[filled++] = entry;
        else order[count - ++empty] = (uint32_t)record;
    }
    reverse(order + filled, empty);
    struct sorting sorting = {text, entries + filled, is_descending};
    sort_from(&sorting, entries, filled, 0);
    for (size_t index = 0; index < filled; index++) order[index] = entries[index].record;
    free(entries);
    return 1;
}
