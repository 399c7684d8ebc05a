/// Where the members of an object stand, and the keys of records gathered in parts, against the
/// plainest way to find either.
#pragma once

#include "contacts.h"
#include "members.h"
#include "records.h"

/// The place after a value, byte by byte.
static size_t value_end(const uint8_t *object, size_t at) {
    size_t depth = 0;
    int is_string = 0;
    do {
        uint8_t byte = object[at];
        if (is_string) {
            if (byte == '\\') at++;
            else if (byte == '"') is_string = 0;
        } else if (byte == '"') is_string = 1;
        else if (byte == '{' || byte == '[') depth++;
        else if (byte == '}' || byte == ']') depth--;
        else if (!depth && !strchr(",}] \n\r\t", object[at + 1])) {
            at++;
            continue;
        }
        at++;
        if (!depth && !is_string) return at;
    } while (1);
}

static size_t after(const uint8_t *object, size_t at, const char *passed) {
    while (object[at] && strchr(passed, object[at])) at++;
    return at;
}

static void check_outline(const uint8_t *text, size_t length) {
    enum { MOST = 64 };
    struct records_span places[MOST];
    // Of exactly its size, so that no byte beyond it is read unseen.
    uint8_t *object = malloc(length);
    memcpy(object, text, length);
    size_t count = records_outline(object, length, places, MOST), found = 0;
    for (size_t at = after(object, 1, " \n\r\t"); object[at] != '}'; found++) {
        struct records_span place = {.name_start = at, .name_end = value_end(object, at)};
        place.start = after(object, place.name_end, ": \n\r\t");
        place.end = value_end(object, place.start);
        if (found < MOST && memcmp(&place, &places[found], sizeof place)) fail("a member");
        at = after(object, place.end, ", \n\r\t");
    }
    if (found != count) fail("the number of members");
    size_t start;
    records_member(object, length, (const uint8_t *)"name", 4, &start);
    free(object);
}

/// Counts the keys of metadata, and holds what is counted of one of them against the plainest way.
static void check_keys(
    const struct records *records, const uint8_t *file, const uint64_t *candidates) {
    struct records_counting *counting = records_counting_begin(next());
    size_t first = below(records->count + 1), expected = 0, counted = 0;
    records_count_keys(counting, records, file, 0, 0, first, candidates);
    records_count_keys(counting, records, file, 0, first, records->count - first, candidates);
    for (size_t record = 0; record < records->count; record++) {
        if (!(candidates[record / 64] >> record % 64 & 1)) continue;
        const uint8_t *object = file + records->starts[record];
        size_t start, at;
        size_t length = records_member(
            object, records_length(records, record), (const uint8_t *)"metadata", 8, &start);
        if (!length || object[start] != '{') continue;
        expected += records_member(object + start, length, (const uint8_t *)"k", 1, &at) > 0;
    }
    const struct records_texts *names = records_counted_names(counting);
    for (size_t name = 1; name < names->count; name++) {
        size_t from = names->ends[name - 1];
        if (names->ends[name] - from == 1 && names->text[from] == 'k')
            counted += records_counted(counting, name);
    }
    if (counted != expected) fail("the count of a key");
    records_counting_free(counting);
}

/// Gathers in two parts, and holds them against `whole`.
static void check_parts(
    const struct records *records, const uint8_t *file, const struct records_path *path,
    const uint8_t *(*fold_page)(uint32_t), const struct records_keys *whole) {
    size_t first = below(records->count + 1);
    uint64_t *others = calloc(records->count / 64 + 1, sizeof *others);
    struct records_gathering *one = records_gather_begin(records, path, 0, fold_page);
    struct records_gathering *other = records_gather_begin(records, path, first, fold_page);
    records_gather(one, file, 0, first, others);
    records_gather(other, file, 0, records->count - first, others);
    records_gather_join(one, other);
    const struct records_keys *keys = records_gathered(one);
    size_t size = keys->count * sizeof *keys->ends;
    if (keys->count != whole->count || memcmp(keys->ends, whole->ends, size)) fail("a key's end");
    if (keys->count && memcmp(keys->text, whole->text, keys->ends[keys->count - 1])) fail("a key");
    free(others);
    records_gather_free(one);
    records_gather_free(other);
}
