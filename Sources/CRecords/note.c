/// What is noted of a record once its values are known.
#include "internal.h"

#include <stdlib.h>

/// Makes room for `wanted` more entries of `size` bytes; 0 where there is no memory.
static int grow(void *place, size_t size, size_t count, size_t wanted, size_t *capacity) {
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

static int reserve_columns(struct records_reader *reader) {
    struct records *records = reader->records;
    if (records->count < reader->capacity) return 1;
    uint32_t **columns[] = {&records->starts, &records->lengths, &records->text_ends,
        &records->tags, &records->ids, &records->phones};
    size_t capacity = 0;
    for (size_t index = 0; index < sizeof columns / sizeof *columns; index++) {
        capacity = reader->capacity;
        if (!grow(columns[index], sizeof(uint32_t), records->count, 1, &capacity)) return 0;
    }
    capacity = reader->capacity;
    if (!grow(&records->flags, 1, records->count, 1, &capacity)) return 0;
    reader->capacity = capacity;
    return 1;
}

static inline uint8_t lower(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

static inline const uint8_t *folded(struct records_reader *reader, uint32_t scalar) {
    const uint8_t **page = &reader->pages[scalar >> 8];
    if (!*page) *page = reader->helpers.fold_page(scalar >> 8);
    return *page + (scalar & 0xFF) * 8;
}

/// The text that is searched of a value: that of a string, or a number as it is written.
static inline size_t text_of(const struct value *value, const uint8_t **start) {
    int quotes = value->kind == TEXT;
    if (!quotes && value->kind != NUMBER) return 0;
    *start = value->start + quotes;
    return (size_t)(value->end - value->start) - 2 * (size_t)quotes;
}

static uint8_t *fold(struct records_reader *reader, const struct value *value, uint8_t *out) {
    const uint8_t *at;
    size_t length = text_of(value, &at);
    const uint8_t *end = at + length;
    if (value->kind == NUMBER || value->is_plain) {
        if (length) copy_lower(at, length, out);
        return out + length;
    }
    while (length && at < end) {
        if (*at < 0x80 && *at != '\\') {
            *out++ = lower(*at++);
        } else {
            const uint8_t *entry = folded(reader, records_scalar(&at, end));
            memcpy(out, entry + 1, 7);
            out += entry[0];
        }
    }
    return out;
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
    if (!grow(&records->text, 1, records->text_count, most, &reader->text_capacity)) return 0;
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
    if (!grow(&reader->scratch, 1, 0, length, &reader->scratch_capacity)) {
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
    *hash = records_hash(reader->seed, text, length);
    return value->kind == TEXT ? flag : 0;
}

static int grow_list_table(struct records_reader *reader) {
    struct records *records = reader->records;
    if (records->list_count * 2 < reader->list_table_size) return 1;
    size_t size = reader->list_table_size ? reader->list_table_size * 4 : 1024;
    uint32_t *table = calloc(size, sizeof *table);
    if (!table) return 0;
    for (size_t list = 1; list < records->list_count; list++) {
        size_t start = records->list_ends[list - 1];
        size_t length = records->list_ends[list] - start;
        size_t slot = records_hash(reader->seed, records->list_text + start, length) & (size - 1);
        while (table[slot]) slot = (slot + 1) & (size - 1);
        table[slot] = (uint32_t)list;
    }
    free(reader->list_table);
    reader->list_table = table;
    reader->list_table_size = size;
    return 1;
}

static int add_list(struct records_reader *reader, const uint8_t *text, size_t length) {
    struct records *records = reader->records;
    size_t used = records->list_ends[records->list_count - 1];
    if (!grow(&records->list_text, 1, used, length, &reader->list_text_capacity)) return 0;
    if (!grow(&records->list_ends, sizeof(size_t), records->list_count, 1,
            &reader->list_capacity)) return 0;
    memcpy(records->list_text + used, text, length);
    records->list_ends[records->list_count++] = used + length;
    return 1;
}

/// The number of a list of tags, which is noted where it was not met before.
static int note_tags(struct records_reader *reader, uint32_t *number) {
    const struct value *value = &reader->values[TAGS];
    *number = 0;
    if (value->kind != LIST) return 1;
    if (!grow_list_table(reader)) return 0;
    struct records *records = reader->records;
    size_t length = (size_t)(value->end - value->start), mask = reader->list_table_size - 1;
    size_t slot = records_hash(reader->seed, value->start, length) & mask;
    for (uint32_t list; (list = reader->list_table[slot]); slot = (slot + 1) & mask) {
        size_t start = records->list_ends[list - 1];
        if (records->list_ends[list] - start == length
            && memcmp(records->list_text + start, value->start, length) == 0) {
            *number = list;
            return 1;
        }
    }
    *number = reader->list_table[slot] = (uint32_t)records->list_count;
    return add_list(reader, value->start, length);
}

int records_note(struct records_reader *reader, size_t start, size_t length) {
    if (start + length > UINT32_MAX || !reserve_columns(reader) || !write_lines(reader)) return 0;
    struct records *records = reader->records;
    size_t index = records->count;
    records->starts[index] = (uint32_t)start;
    records->lengths[index] = (uint32_t)length;
    records->text_ends[index] = (uint32_t)records->text_count;
    uint8_t flags = note_phone(reader, &records->phones[index]);
    const uint8_t *text;
    size_t id = decoded(reader, &reader->values[ID], &text);
    records->ids[index] = id ? records_hash(reader->seed, text, id) : 0;
    if (id && reader->values[ID].kind == TEXT) flags |= RECORDS_HAS_ID;
    if (reader->wrong) flags |= RECORDS_FLAWED;
    records->flags[index] = flags;
    if (!note_tags(reader, &records->tags[index])) return 0;
    records->count++;
    return !reader->is_full;
}
