/// What is noted of a record once its values are known.
#include "internal.h"

#include <stdlib.h>

int records_grow(void *place, size_t size, size_t count, size_t wanted, size_t *capacity) {
    if (count + wanted <= *capacity) return 1;
    size_t larger = *capacity + *capacity / 2 + wanted + 64;
    void *old;
    memcpy(&old, place, sizeof old);
    void *grown = realloc(old, larger * size);
    if (!grown) return 0;
    memcpy(place, &grown, sizeof grown);
    *capacity = larger;
    return 1;
}

int records_reserve(struct records_reader *reader, size_t wanted) {
    struct records *records = reader->records;
    if (records->count + wanted <= reader->capacity) return 1;
    size_t capacity = reader->capacity;
    const struct { void *column; size_t size; } columns[] = {
        {&records->starts, 4}, {&records->lengths, 2}, {&records->text_ends, 4},
        {&records->tags, 4}, {&records->ids, 4}, {&records->phones, 4}, {&records->flags, 1},
        {&records->numbers[0], 4}, {&records->numbers[1], 4}, {&records->numbers[2], 4},
        {&records->numbers[3], 4}, {&records->numbers[4], 4}, {&records->numbers[5], 4},
        {&records->words[0], 2}, {&records->words[1], 2}, {&records->metadata, 2},
        {&records->id_rests, RECORDS_ID_REST},
    };
    size_t count = sizeof columns / sizeof *columns - !records->id_rests;
    for (size_t index = 0; index < count; index++) {
        capacity = reader->capacity;
        if (!records_grow(
                columns[index].column, columns[index].size, records->count, wanted, &capacity))
            return 0;
    }
    reader->capacity = capacity;
    return 1;
}

/// The text that is searched of a value: that of a string, or a number as it is written.
static inline size_t text_of(const struct value *value, const uint8_t **start) {
    int quotes = value->kind == TEXT;
    if (!quotes && value->kind != NUMBER) return 0;
    *start = value->start + quotes;
    return (size_t)(value->end - value->start) - 2 * (size_t)quotes;
}

static inline uint8_t *fold(
    struct records_reader *reader, const struct value *value, uint8_t *out) {
    const uint8_t *at;
    size_t length = text_of(value, &at);
    int is_plain = value->kind == NUMBER || value->is_plain;
    return length ? records_fold(&reader->folding, at, length, is_plain, out) : out;
}

/// Writes the four lines that are searched of a record.
static int write_lines(struct records_reader *reader) {
    struct records *records = reader->records;
    const struct value *values = reader->values;
    size_t most = 64;
    for (int field = PHONE; field <= EMAIL; field++) {
        if (values[field].kind == TEXT || values[field].kind == NUMBER)
            most += 8 * (size_t)(values[field].end - values[field].start);
    }
    if (!records_grow(&records->text, 1, records->text_count, most, &reader->text_capacity))
        return 0;
    uint8_t *out = records->text + records->text_count;
    out = fold(reader, &values[NAME], out);
    *out++ = '\n';
    out = fold(reader, &values[EMAIL], out);
    *out++ = '\n';
    uint8_t *phone = out;
    out = fold(reader, &values[PHONE], out);
    uint8_t *end = out;
    *out++ = '\n';
    size_t others = 0;
    for (uint8_t *at = phone; at < end; at++) others += *at < '0' || *at > '9';
    if (others > 1 || (others == 1 && *phone != '+')) {
        for (uint8_t *at = phone; at < end; at++) {
            if (*at >= '0' && *at <= '9') *out++ = *at;
        }
    }
    *out++ = '\n';
    records->text_count = (size_t)(out - records->text);
    return records->text_count <= UINT32_MAX;
}

/// The text that a value stands for, decoded; its length.
static size_t decoded(
    struct records_reader *reader, const struct value *value, const uint8_t **text) {
    size_t length = text_of(value, text);
    if (!length || value->kind == NUMBER || value->is_plain) return length;
    if (!records_grow(&reader->scratch, 1, 0, length, &reader->scratch_capacity)) {
        reader->is_full = 1;
        return 0;
    }
    const uint8_t *start = *text;
    *text = reader->scratch;
    return records_decode(start, start + length, reader->scratch);
}

static int is_international(const uint8_t *text, size_t length) {
    if (length < 8 || length > 16 || text[0] != '+' || text[1] == '0') return 0;
    for (size_t index = 1; index < length; index++) {
        if (text[index] < '0' || text[index] > '9') return 0;
    }
    return 1;
}

/// What is noted of the telephone number; its flag.
static uint8_t note_phone(struct records_reader *reader, uint32_t *hash) {
    const struct value *value = &reader->values[PHONE];
    const uint8_t *text;
    uint8_t number[16];
    size_t length = decoded(reader, value, &text);
    *hash = 0;
    if (!length) return RECORDS_FLAWED;
    uint8_t flag = RECORDS_HAS_NUMBER;
    if (!is_international(text, length)) {
        size_t digits = reader->helpers.number(text, length, number);
        if (digits) {
            text = number;
            length = digits;
        } else {
            flag = 0;
        }
    }
    *hash = records_hash(reader->records->seed, text, length);
    return value->kind == TEXT ? flag : 0;
}

/// The number of a list of tags, which is kept where it was not met before.
static int note_tags(struct records_reader *reader, uint32_t *number) {
    const struct value *value = &reader->values[TAGS];
    *number = 0;
    if (value->kind != LIST) return 1;
    size_t length = (size_t)(value->end - value->start);
    *number = records_intern(&reader->lists, reader->records->seed, value->start, length);
    return *number != 0;
}

/// The flag of a record without tags.
static uint8_t blank_tags(const struct value *value) {
    switch (value->kind) {
    case ABSENT: return RECORDS_TAGS_ABSENT;
    case NOTHING: return RECORDS_TAGS_NULL;
    case EMPTY_LIST: return value->end - value->start == 2 ? RECORDS_TAGS_EMPTY : 0;
    default: return 0;
    }
}

/// The number of a text that many records share.
static int note_word(struct records_reader *reader, enum field field, uint16_t *number) {
    const struct value *value = &reader->values[field];
    *number = 0;
    if (value->kind == ABSENT || value->kind == NOTHING) return 1;
    size_t length = (size_t)(value->end - value->start);
    if (value->kind == TEXT && length == 2) return 1;
    *number = RECORDS_OTHER_WORD;
    int is_full = reader->records->word_texts.count >= RECORDS_OTHER_WORD;
    if (value->kind != TEXT || length > 64 || is_full) return 1;
    uint32_t word = records_intern(&reader->words, reader->records->seed, value->start, length);
    if (word < RECORDS_OTHER_WORD) *number = (uint16_t)word;
    return word != 0;
}

static void note_numbers(struct records_reader *reader, size_t index) {
    struct records *records = reader->records;
    for (int column = 0; column < RECORDS_NUMBERS - 1; column++) {
        records->numbers[column][index] = records_instant(&reader->values[OPTED_IN + column]);
    }
    records->numbers[RECORDS_NUMBERS - 1][index] = records_amount(&reader->values[TOTAL_MESSAGES]);
}

/// Where the metadata begins in an object.
static uint16_t metadata_place(const struct value *value, const uint8_t *object) {
    if (value->kind != OBJECT) return 0;
    size_t place = (size_t)(value->start - object);
    return place < RECORDS_FAR ? (uint16_t)place : RECORDS_FAR;
}

int records_note(
    struct records_reader *reader, const uint8_t *object, size_t start, size_t length) {
    if (start + length > UINT32_MAX || !records_reserve(reader, 1) || !write_lines(reader))
        return 0;
    struct records *records = reader->records;
    size_t index = records->count;
    records->starts[index] = (uint32_t)start;
    records->text_ends[index] = (uint32_t)records->text_count;
    uint8_t flags = note_phone(reader, &records->phones[index]);
    const uint8_t *text = NULL;
    size_t id = decoded(reader, &reader->values[ID], &text);
    struct records_uuid uuid;
    int is_uuid = records_read_uuid(text, id, &uuid);
    records->ids[index] = is_uuid ? records_hash_uuid(reader->records->seed, &uuid)
        : id ? records_hash(reader->records->seed, text, id) : 0;
    if (id && reader->values[ID].kind == TEXT) flags |= RECORDS_HAS_ID;
    if (reader->wrong) flags |= RECORDS_FLAWED;
    if (reader->is_repeated) flags |= RECORDS_REPEATS;
    flags |= blank_tags(&reader->values[TAGS]);
    records->flags[index] = flags;
    note_numbers(reader, index);
    records->metadata[index] = metadata_place(&reader->values[METADATA], object);
    if (!records_note_length(reader, index, length)
        || !records_keep_id(reader, index, object, start, length, is_uuid ? &uuid : NULL)
        || !note_tags(reader, &records->tags[index])
        || !note_word(reader, SOURCE, &records->words[0][index])
        || !note_word(reader, LOCALE, &records->words[1][index])) return 0;
    records->count++;
    return !reader->is_full;
}
