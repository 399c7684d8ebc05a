/// What tagging very many contacts takes of each: its id, which the journal names it by, and
/// whether it is laid out as the others.
///
/// Record by record in Swift this took 12 ms for 100,000 contacts, here it takes 3 ms, and several
/// processors can do it at once.
#include "heads.h"

#include "internal.h"

#include <stdlib.h>

struct records_heads *records_heads_begin(size_t capacity) {
    struct records_heads *heads = calloc(1, sizeof *heads);
    if (!heads) return NULL;
    heads->records = malloc((capacity + 1) * sizeof *heads->records);
    heads->ends = malloc((capacity + 1) * sizeof *heads->ends);
    heads->text = malloc((capacity + 1) * RECORDS_LONGEST_ID);
    if (heads->records && heads->ends && heads->text) return heads;
    records_heads_free(heads);
    return NULL;
}

void records_heads_free(struct records_heads *heads) {
    free(heads->records);
    free(heads->ends);
    free(heads->text);
    free(heads);
}

static inline int are_same(
    const uint8_t *text, size_t length, const uint8_t *other, size_t other_length) {
    return length == other_length && memcmp(text, other, length) == 0;
}

/// The beginning of a record, or all of it.
struct head {
    const uint8_t *object;
    size_t length;
    int is_whole;
};

/// Reads the id of a record and how it is laid out; 0 where it is laid out otherwise.
static inline int is_told(
    struct head head, const struct records_layout *layout, struct records_face *face) {
    const uint8_t *object = head.object;
    if (!records_head(object, head.length, face)
        && !(head.is_whole && records_face(object, head.length, face))) return 0;
    return face->id_length > 0 && face->id_length + 2 <= RECORDS_LONGEST_ID
        && are_same(object + face->colon, face->colon_length, layout->colon, layout->colon_length)
        && are_same(object + face->comma, face->comma_length, layout->comma, layout->comma_length);
}

/// Notes the id of a record; where it ends.
static inline uint32_t note_id(
    uint8_t flags, struct head head, const struct records_layout *layout, uint8_t *text,
    uint32_t end) {
    struct records_face face;
    if (!(flags & RECORDS_HAS_ID) || flags & RECORDS_REPEATS || !is_told(head, layout, &face))
        return end;
    memcpy(text + end, head.object + face.id - 1, face.id_length + 2);
    return end + (uint32_t)face.id_length + 2;
}

void records_note_heads(
    const struct records *records, const uint8_t *bytes, size_t length, size_t offset,
    size_t first, size_t count, const uint64_t *candidates, const struct records_layout *layout,
    struct records_heads *heads) {
    size_t place = heads->count;
    uint32_t end = place ? heads->ends[place - 1] : 0;
    for (size_t record = first; record < first + count; record++) {
        if (!has_bit(candidates, record)) continue;
        if (bytes) {
            size_t start = records->starts[record] - offset;
            size_t whole = records_length(records, record);
            struct head head = {bytes + start, whole, start + whole <= length};
            if (!head.is_whole) head.length = length - start;
            end = note_id(records->flags[record], head, layout, heads->text, end);
        }
        heads->records[place] = (uint32_t)record;
        heads->ends[place++] = end;
    }
    heads->count = place;
}

void records_group_heads(
    const struct records_heads *heads, const uint32_t *groups, struct records_group *lists,
    uint8_t *text, uint32_t *ends) {
    for (size_t place = 0; place < heads->count; place++) {
        if (groups[place] == RECORDS_NO_GROUP) continue;
        struct records_group *list = &lists[groups[place]];
        uint32_t start = place ? heads->ends[place - 1] : 0, length = heads->ends[place] - start;
        if (list->end > list->start) text[list->end++] = ',';
        memcpy(text + list->end, heads->text + start, length);
        list->end += length;
        ends[list->next++] = (uint32_t)(list->end - list->start);
    }
}
