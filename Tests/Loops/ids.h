/// The noting of ids, and how they are put into groups, against the plainest way to do either.
#pragma once

#include "heads.h"
#include "members.h"
#include "reading.h"

static int has(const uint64_t *bits, size_t record) { return bits[record / 64] >> record % 64 & 1; }

/// Puts noted ids into random groups, in two goes.
static void group_ids(const struct records_heads *heads) {
    enum { GROUPS = 3 };
    size_t bytes = heads->count ? heads->ends[heads->count - 1] + heads->count : 0;
    uint32_t *groups = malloc((heads->count + 1) * sizeof *groups);
    uint32_t *ends = malloc((GROUPS * heads->count + 1) * 2 * sizeof *ends);
    uint8_t *text = malloc(2 * GROUPS * bytes + 1);
    struct records_group lists[GROUPS];
    for (size_t group = 0; group < GROUPS; group++) {
        size_t start = 2 * group * bytes;
        lists[group] = (struct records_group){start, start, 2 * group * heads->count};
    }
    for (size_t place = 0; place < heads->count; place++)
        groups[place] = below(5) ? below(GROUPS) : RECORDS_NO_GROUP;
    records_group_heads(heads, groups, lists, text, ends);
    records_group_heads(heads, groups, lists, text, ends);
    for (uint32_t group = 0; group < GROUPS; group++) {
        size_t end = 2 * group * bytes, next = 2 * group * heads->count, start = end;
        for (size_t place = 0; place < 2 * heads->count; place++) {
            size_t head = place % heads->count;
            if (groups[head] != group) continue;
            size_t from = head ? heads->ends[head - 1] : 0, size = heads->ends[head] - from;
            if (end > start && text[end++] != ',') fail("a comma of a group");
            if (memcmp(text + end, heads->text + from, size)) fail("an id of a group");
            end += size;
            if (ends[next++] != end - start) fail("the end of an id in a group");
        }
        if (lists[group].end != end || lists[group].next != next) fail("the end of a group");
    }
    free(groups);
    free(ends);
    free(text);
}

static long kept;

/// The ids that are kept in memory, against those of the file.
static void check_kept(
    const struct records *records, const uint8_t *file, size_t first, size_t count,
    const uint64_t *candidates) {
    const struct records_kept_text *colon = &records->kept_colon, *comma = &records->kept_comma;
    struct records_layout layout = {colon->text, colon->length, comma->text, comma->length};
    struct records_heads *heads = records_heads_begin(count);
    struct records_layout others[] = {layout, layout};
    others[0].colon_length++;
    others[1].comma_length++;
    for (size_t other = 0; other < 2; other++) {
        if (records_kept_heads(records, first, count, candidates, &others[other], heads))
            fail("another layout");
    }
    // None of the first 64 is kept.
    size_t passed = first < 64 && below(9) ? (64 - first < count ? 64 - first : count) : 0;
    first += passed;
    count -= passed;
    if (records_kept_heads(records, first, count, candidates, &layout, heads)) {
        size_t start = 0;
        for (size_t place = 0; place < heads->count; start = heads->ends[place++]) {
            size_t record = heads->records[place], size = heads->ends[place] - start, at;
            const uint8_t *object = file + records->starts[record];
            size_t whole = records_length(records, record);
            size_t id = records_member(object, whole, (uint8_t *)"id", 2, &at);
            if (size && (size != id || memcmp(heads->text + start, object + at, size)))
                fail("a kept id");
            if (size && records->flags[record] & RECORDS_REPEATS) fail("a doubtful id");
            struct records_face face;
            if (size && (!records_head(object, whole, &face)
                || face.colon_length != colon->length || face.comma_length != comma->length
                || memcmp(object + face.colon, colon->text, colon->length)
                || memcmp(object + face.comma, comma->text, comma->length)))
                fail("the layout of a kept id");
            kept += size > 0;
        }
    }
    records_heads_free(heads);
}

/// An id whose hash would be 0 is kept by none, since that stands for no id.
static void check_unkept(void) {
    static struct text text;
    text.count = 0;
    struct records_uuid uuid = {0, {1, 2, 3}};
    uint8_t written[RECORDS_UUID_LENGTH + 1] = {0};
    uint64_t seed = next();
    put(&text, "[");
    for (size_t index = 0; index < 99; index++) {
        uuid.first = (uint32_t)next();
        if (index == 70) uuid.first = records_first_of_uuid(seed, 0, uuid.rest);
        records_write_uuid(&uuid, written);
        put(&text, index ? ",{\"id\":\"" : "{\"id\":\"");
        put(&text, (const char *)written);
        put(&text, "\",\"note\":\"");
        for (size_t words = 0; words < 30; words++) put(&text, "lorem ipsum ");
        put(&text, "\"}");
    }
    put(&text, "]");
    struct records *records = read_all(text.bytes, text.count, seed);
    struct records_layout layout = {(const uint8_t *)":", 1, (const uint8_t *)",", 1};
    struct records_heads *heads = records_heads_begin(99);
    uint64_t all[2] = {~(uint64_t)0, ~(uint64_t)0};
    if (records_kept_heads(records, 0, 99, all, &layout, heads)) fail("that few are kept");
    if (!records_kept_heads(records, 64, 35, all, &layout, heads)) fail("what is kept");
    for (size_t place = 0, end = 0; place < 35; end = heads->ends[place++]) {
        if ((heads->ends[place] > end) != (place != 70 - 64)) fail("whose id is kept");
    }
    records_heads_free(heads);
    records_free(records);
}

/// Notes the ids of some records from a piece of the file of which the last one may lack its end.
///
/// @return whether there was any
static int note_ids(
    const struct records *records, const uint8_t *file, const uint64_t *candidates) {
    size_t first = below(records->count), count = 1 + below(records->count - first);
    size_t last = first + count - 1, offset = records->starts[first];
    size_t length = records->starts[last] + 1 + below(records_length(records, last)) - offset;
    uint8_t *piece = malloc(length);
    memcpy(piece, file + offset, length);
    struct records_layout layout = {(const uint8_t *)":", 1, (const uint8_t *)",", 1};
    struct records_heads *heads = records_heads_begin(count);
    records_note_heads(
        records, below(9) ? piece : NULL, length, offset, first, count, candidates, &layout, heads);
    size_t place = 0;
    for (size_t record = first; record <= last; record++) {
        if (!has(candidates, record)) continue;
        if (heads->records[place] != record) fail("whose id is noted");
        size_t start = place ? heads->ends[place - 1] : 0, size = heads->ends[place] - start, at;
        const uint8_t *object = file + records->starts[record];
        size_t whole = records_length(records, record);
        size_t id = records_member(object, whole, (uint8_t *)"id", 2, &at);
        if (size && (size != id || memcmp(heads->text + start, object + at, size)))
            fail("a noted id");
        place++;
    }
    if (heads->count != place) fail("how many ids are noted");
    check_kept(records, file, first, count, candidates);
    int is_any = place && heads->ends[place - 1];
    group_ids(heads);
    records_heads_free(heads);
    free(piece);
    return is_any;
}
