/// The ids of contacts, kept in memory where they are UUIDs.
///
/// A change of very many contacts names each by its id, and these stand all over the file: of the
/// 29 ms that tagging 100,000 of 1,000,000 contacts took, two processors read the file for 20. A
/// UUID has 16 bytes, and its hash, which is known anyway, is made so that it tells four of them by
/// the other twelve. So these are all that is kept, 3 % of what records mostly take.
#include "heads.h"
#include "internal.h"

#include <stdlib.h>

/// After so many records it is known how large they are, and of smaller ones nothing is kept.
enum { SAMPLE = 64, LEAST_SIZE = 256 };

static int is_same_text(
    const struct records_kept_text *kept, const uint8_t *text, size_t length) {
    return kept->length == length && memcmp(kept->text, text, length) == 0;
}

static int set(struct records_kept_text *kept, const uint8_t *text, size_t length) {
    if (length > sizeof kept->text) return 0;
    memcpy(kept->text, text, length);
    kept->length = (uint8_t)length;
    return 1;
}

/// Takes what stands around the id of a record for what stands around all of them.
static void take_layout(struct records *records, const uint8_t *object, size_t length) {
    struct records_face face;
    if (!records_head(object, length, &face)
        || !set(&records->kept_colon, object + face.colon, face.colon_length)
        || !set(&records->kept_comma, object + face.comma, face.comma_length)
        || !set(&records->kept_head, object, face.id)) records->kept_head.length = 0;
}

/// Whether the object begins with the id, as the first one does that was kept.
static int is_laid_out(
    const struct records *records, const struct value *id, const uint8_t *object) {
    const struct records_kept_text *head = &records->kept_head, *comma = &records->kept_comma;
    return head->length && id->is_plain
        && memcmp(object, head->text, head->length) == 0
        && memcmp(id->end, comma->text, comma->length) == 0 && id->end[comma->length] == '"';
}

int records_keep_id(
    struct records_reader *reader, size_t index, const uint8_t *object, size_t start,
    size_t length, const struct records_uuid *uuid) {
    struct records *records = reader->records;
    if (!records->id_rests) {
        if (index != SAMPLE || start / SAMPLE < LEAST_SIZE) return 1;
        records->id_rests = calloc(reader->capacity, RECORDS_ID_REST);
        if (!records->id_rests) return 0;
    }
    uint8_t *rest = records->id_rests + index * RECORDS_ID_REST;
    memset(rest, 0, RECORDS_ID_REST);
    if (!uuid) return 1;
    if (!records->kept_head.length) take_layout(records, object, length);
    // A hash of 1 may stand for 0, which tells other bytes.
    if (records->ids[index] != 1 && is_laid_out(records, &reader->values[ID], object))
        memcpy(rest, uuid->rest, RECORDS_ID_REST);
    return 1;
}

/// Writes an id that is kept, quotes and all; how many bytes that is.
static uint32_t write_id(const struct records *records, size_t record, uint8_t *out) {
    if (records->flags[record] & RECORDS_REPEATS) return 0;
    struct records_uuid uuid;
    memcpy(uuid.rest, records->id_rests + record * RECORDS_ID_REST, RECORDS_ID_REST);
    if (!(uuid.rest[0] | uuid.rest[1] | uuid.rest[2])) return 0;
    uuid.first = records_first_of_uuid(records->seed, records->ids[record], uuid.rest);
    out[0] = out[RECORDS_UUID_LENGTH + 1] = '"';
    records_write_uuid(&uuid, out + 1);
    return RECORDS_UUID_LENGTH + 2;
}

int records_kept_heads(
    const struct records *records, size_t first, size_t count, const uint64_t *candidates,
    const struct records_layout *layout, struct records_heads *heads) {
    if (!records->id_rests
        || !is_same_text(&records->kept_colon, layout->colon, layout->colon_length)
        || !is_same_text(&records->kept_comma, layout->comma, layout->comma_length)) return 0;
    size_t place = heads->count, told = 0;
    uint32_t end = place ? heads->ends[place - 1] : 0;
    for (size_t record = first; record < first + count; record++) {
        if (!has_bit(candidates, record)) continue;
        uint32_t length = write_id(records, record, heads->text + end);
        told += length > 0;
        end += length;
        heads->records[place] = (uint32_t)record;
        heads->ends[place++] = end;
    }
    // Who is not told takes a closer look: of a quarter of them the file is read sooner.
    if (told < (place - heads->count) / 4 * 3) return 0;
    heads->count = place;
    return 1;
}
