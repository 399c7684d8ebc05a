/// Records that are taken over from an earlier reading.
///
/// Reading a record takes ten times as long as copying what is noted of it, and after a change of
/// 100,000 of 1,000,000 contacts nine of ten are what they were, but for where they stand.
#include "internal.h"
#include "carry.h"

#include <stdlib.h>

static int take_texts(struct interning *interning, const struct records_texts *former) {
    struct records_texts *texts = interning->texts;
    size_t used = former->ends[former->count - 1];
    if (!records_grow(&texts->text, 1, 0, used, &interning->text_capacity)) return 0;
    if (!records_grow(&texts->ends, sizeof(size_t), 0, former->count, &interning->capacity))
        return 0;
    if (used) memcpy(texts->text, former->text, used);
    memcpy(texts->ends, former->ends, former->count * sizeof(size_t));
    texts->count = former->count;
    return 1;
}

/// What is filled at once is cheaper to fill in large pages.
static void favour_large_pages(const struct records_reader *reader) {
    struct records *records = reader->records;
    void *const columns[] = {
        records->starts, records->text_ends, records->tags, records->ids, records->phones,
        records->numbers[0], records->numbers[1], records->numbers[2], records->numbers[3],
        records->numbers[4], records->numbers[5],
    };
    for (size_t index = 0; index < sizeof columns / sizeof *columns; index++)
        records_favour_large_pages(columns[index], reader->capacity * sizeof(uint32_t));
    records_favour_large_pages(records->text, reader->text_capacity);
}

/// Makes room for the ids, where the earlier reading kept them.
static int take_kept(struct records_reader *reader, const struct records *former) {
    struct records *records = reader->records;
    if (!former->id_rests) return 1;
    records->kept_head = former->kept_head;
    records->kept_colon = former->kept_colon;
    records->kept_comma = former->kept_comma;
    records->id_rests = malloc(reader->capacity * RECORDS_ID_REST);
    if (!records->id_rests) return 0;
    records_favour_large_pages(records->id_rests, reader->capacity * RECORDS_ID_REST);
    return 1;
}

int records_take_over(struct records_reader *reader, const struct records *former, size_t added) {
    struct records *records = reader->records;
    int has_room = !reader->is_full && records_reserve(reader, former->count + added)
        && records_grow(&records->text, 1, 0, former->text_count, &reader->text_capacity);
    if (has_room) favour_large_pages(reader);
    return has_room && take_kept(reader, former) && take_texts(&reader->lists, &former->lists)
        && take_texts(&reader->words, &former->word_texts);
}

/// The first record at or behind a place.
static size_t record_at(const struct records *records, size_t place, size_t foretold) {
    const uint32_t *starts = records->starts;
    size_t low = 0, high = records->count;
    if (foretold <= high && (foretold == 0 || starts[foretold - 1] < place)
        && (foretold == high || starts[foretold] >= place)) return foretold;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (starts[middle] < place) low = middle + 1;
        else high = middle;
    }
    return low;
}

#define COPY(column) \
    memcpy(to->column + index, from->column + first, count * sizeof *to->column)

static void copy_columns(
    struct records *to, const struct records *from, size_t index, size_t first, size_t count) {
    COPY(lengths);
    COPY(tags);
    COPY(ids);
    COPY(phones);
    COPY(flags);
    for (int column = 0; column < RECORDS_NUMBERS; column++) COPY(numbers[column]);
    for (int column = 0; column < RECORDS_WORDS; column++) COPY(words[column]);
    COPY(metadata);
    if (!to->id_rests) return;
    uint8_t *rests = to->id_rests + index * RECORDS_ID_REST;
    if (from->id_rests)
        memcpy(rests, from->id_rests + first * RECORDS_ID_REST, count * RECORDS_ID_REST);
    else memset(rests, 0, count * RECORDS_ID_REST);
}

/// Takes over how long those are of which the column does not tell it.
static int carry_lengths(
    struct records_reader *reader, const struct records *former, size_t first, size_t count) {
    struct records *records = reader->records;
    for (size_t place = records_long_at(former, first); place < former->long_count; place++) {
        struct records_long whole = former->longs[place];
        if (whole.record >= first + count) break;
        size_t index = records->count + whole.record - first;
        if (!records_note_length(reader, index, whole.length)) return 0;
    }
    return 1;
}

int records_carry(
    struct records_reader *reader, const struct records *former, size_t from, size_t to,
    size_t start, size_t *next) {
    struct records *records = reader->records;
    size_t first = record_at(former, from, *next), end = first;
    while (end < former->count && former->starts[end] < to) end++;
    *next = end;
    size_t count = end - first, index = records->count;
    if (start + (to - from) > UINT32_MAX) return 0;
    if (!count) return 1;
    size_t text = first ? former->text_ends[first - 1] : 0;
    size_t size = former->text_ends[end - 1] - text;
    if (records->text_count + size > UINT32_MAX || !records_reserve(reader, count)
        || !records_grow(&records->text, 1, records->text_count, size, &reader->text_capacity)
        || !carry_lengths(reader, former, first, count)) return 0;
    memcpy(records->text + records->text_count, former->text + text, size);
    copy_columns(records, former, index, first, count);
    for (size_t record = 0; record < count; record++) {
        records->starts[index + record] = (uint32_t)(former->starts[first + record] - from + start);
        records->text_ends[index + record] =
            (uint32_t)(former->text_ends[first + record] - text + records->text_count);
    }
    records->text_count += size;
    records->count += count;
    return 1;
}

void records_tidy(struct records_reader *reader) {
    struct records *records = reader->records;
    struct records_texts *lists = &records->lists;
    uint32_t *numbers = calloc(lists->count, sizeof *numbers);
    if (!numbers) return;
    size_t used = 0, kept = 1;
    for (size_t record = 0; record < records->count; record++) {
        used += !numbers[records->tags[record]];
        numbers[records->tags[record]] = 1;
    }
    if (used * 2 >= lists->count) {
        free(numbers);
        return;
    }
    for (size_t list = 1, start = 0, end = 0; list < lists->count; list++, start = end) {
        end = lists->ends[list];
        if (!numbers[list]) continue;
        size_t to = lists->ends[kept - 1];
        memmove(lists->text + to, lists->text + start, end - start);
        lists->ends[kept] = to + end - start;
        numbers[list] = (uint32_t)kept++;
    }
    numbers[0] = 0;
    lists->count = kept;
    for (size_t record = 0; record < records->count; record++)
        records->tags[record] = numbers[records->tags[record]];
    free(numbers);
}

size_t records_count(const struct records_reader *reader) { return reader->records->count; }

int records_stand(
    const struct records_reader *reader, size_t count, const uint8_t *bytes, size_t length,
    size_t offset, struct records_proof *proof) {
    const struct records *records = reader->records;
    size_t place = offset, end = offset + length;
    if (!count) return 1;
    while (place < end && !proof->is_closed) {
        if (proof->record == count) {
            uint8_t byte = bytes[place++ - offset];
            if (byte == ',') proof->commas++;
            else proof->is_closed = !is_space(byte);
            continue;
        }
        size_t start = records->starts[proof->record];
        size_t last = start + records_length(records, proof->record) - 1;
        uint8_t byte = bytes[place - offset];
        if (place < start && proof->record == 0) {
            // What stands before the first one is as it was.
            place = start;
        } else if (place < start) {
            if (byte == ',') proof->commas++;
            else if (!is_space(byte)) return 0;
            place++;
        } else if (place < last) {
            if (place == start && (byte != '{' || (proof->record && proof->commas != 1))) return 0;
            place = last;
        } else {
            if (byte != '}') return 0;
            proof->record++;
            proof->commas = 0;
            place++;
        }
    }
    return proof->record == count || !proof->is_closed;
}
