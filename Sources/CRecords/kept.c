/// The ids of large records, kept in memory as they stand in the file.
///
/// A change of very many contacts names each by its id, and these stand all over the file: of
/// 1.9 GB the ids of 100,000 contacts took 40 ms of two processors, of the 50 ms that tagging took.
/// Where a record has 1 KB or more, 40 bytes for each id are hardly anything.
#include "heads.h"
#include "internal.h"

#include <stdlib.h>

/// After so many records it is known how large they are.
enum { SAMPLE = 64, LEAST_SIZE = 1024 };

static int is_same_text(
    const struct records_kept_text *kept, const uint8_t *text, size_t length) {
    return kept->length == length && memcmp(kept->text, text, length) == 0;
}

/// Sets what stands around an id where that is to be kept; 0 where it is something else.
static int is_set(
    struct records_kept_text *kept, const uint8_t *text, size_t length, int is_first) {
    if (length > sizeof kept->text) return 0;
    if (is_first) {
        memcpy(kept->text, text, length);
        kept->length = (uint8_t)length;
    }
    return is_same_text(kept, text, length);
}

int records_keep_id(
    struct records_reader *reader, size_t index, const uint8_t *object, size_t start,
    size_t length) {
    struct records *records = reader->records;
    if (!records->kept_ids) {
        if (index != SAMPLE || start / SAMPLE < LEAST_SIZE) return 1;
        records->kept_ids = calloc(reader->capacity, RECORDS_KEPT_ID);
        if (!records->kept_ids) return 0;
    }
    uint8_t *kept = records->kept_ids + index * RECORDS_KEPT_ID;
    kept[RECORDS_KEPT_ID - 1] = 0;
    struct records_face face;
    if (!records_head(object, length, &face) || face.id_length + 2 >= RECORDS_KEPT_ID) return 1;
    int is_first = records->kept_colon.length == 0;
    if (!is_set(&records->kept_colon, object + face.colon, face.colon_length, is_first)
        || !is_set(&records->kept_comma, object + face.comma, face.comma_length, is_first))
        return 1;
    memcpy(kept, object + face.id - 1, face.id_length + 2);
    kept[RECORDS_KEPT_ID - 1] = (uint8_t)(face.id_length + 2);
    return 1;
}

int records_kept_heads(
    const struct records *records, size_t first, size_t count, const uint64_t *candidates,
    const struct records_layout *layout, struct records_heads *heads) {
    if (!records->kept_ids
        || !is_same_text(&records->kept_colon, layout->colon, layout->colon_length)
        || !is_same_text(&records->kept_comma, layout->comma, layout->comma_length)) return 0;
    size_t place = heads->count;
    uint32_t end = place ? heads->ends[place - 1] : 0;
    for (size_t record = first; record < first + count; record++) {
        if (!(candidates[record >> 6] >> (record & 63) & 1)) continue;
        const uint8_t *kept = records->kept_ids + record * RECORDS_KEPT_ID;
        uint8_t flags = records->flags[record];
        if (flags & RECORDS_HAS_ID && !(flags & RECORDS_REPEATS)) {
            memcpy(heads->text + end, kept, RECORDS_KEPT_ID);
            end += kept[RECORDS_KEPT_ID - 1];
        }
        heads->records[place] = (uint32_t)record;
        heads->ends[place++] = end;
    }
    heads->count = place;
    return 1;
}
