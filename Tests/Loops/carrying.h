/// What is taken over of records from an earlier reading, against reading all of them anew.
#pragma once

#include "carry.h"
#include "ids.h"
#include "reading.h"

static void append(struct text *text, const uint8_t *bytes, size_t length) {
    if (text->count + length > sizeof text->bytes) fail("the room for a text");
    memcpy(text->bytes + text->count, bytes, length);
    text->count += length;
}

static void compare_records(const struct records *carried, const struct records *read) {
    if (carried->count != read->count || carried->text_count != read->text_count
        || memcmp(carried->text, read->text, read->text_count)) fail("what is carried");
    for (size_t record = 0; record < read->count; record++) {
        if (carried->starts[record] != read->starts[record]
            || records_length(carried, record) != records_length(read, record)
            || carried->text_ends[record] != read->text_ends[record]
            || carried->ids[record] != read->ids[record]
            || carried->phones[record] != read->phones[record]
            || carried->flags[record] != read->flags[record]
            || carried->metadata[record] != read->metadata[record]) fail("a carried record");
        for (int column = 0; column < RECORDS_NUMBERS; column++) {
            if (carried->numbers[column][record] != read->numbers[column][record])
                fail("a carried number");
        }
    }
}

/// Makes a file of some records, in order, and of others that come between them.
static void carry(const struct records *records, const uint8_t *file) {
    static struct text text;
    struct records_helpers helpers = {fold_page, number};
    struct records_reader *reader = records_begin(helpers, records->seed, 1, 1000);
    if (!records_take_over(reader, records, records->count)) fail("memory");
    text.count = 0;
    append(&text, (const uint8_t *)"[", 1);
    size_t foretold = 0;
    for (size_t record = 0, last; record < records->count; record = last + 1 + !below(5)) {
        last = record + below(records->count - record < 5 ? records->count - record : 5);
        size_t first = below(3) ? record : below(records->count);
        if (first != record) last = first;
        size_t from = records->starts[first];
        size_t length = records->starts[last] + records_length(records, last) - from;
        if (text.count + length + 2 > sizeof text.bytes) break;
        if (text.count > 1) append(&text, (const uint8_t *)",", 1);
        uint8_t *bytes = calloc(length + RECORDS_PADDING, 1);
        memcpy(bytes, file + from, length);
        int is_whole = first == record
            ? records_carry(reader, records, from, from + length, text.count, &foretold)
            : records_take(reader, bytes, length, text.count);
        if (!is_whole) fail("memory");
        append(&text, bytes, length);
        free(bytes);
        if (first != record) last = record;
    }
    append(&text, (const uint8_t *)"]", 1);
    struct records *carried = records_finish(reader);
    struct records *read = read_all(text.bytes, text.count, records->seed);
    if (!read) fail("a file of carried records");
    compare_records(carried, read);
    if (carried->count) {
        uint64_t *all = malloc((carried->count / 64 + 1) * sizeof *all);
        memset(all, 0xFF, (carried->count / 64 + 1) * sizeof *all);
        check_kept(carried, text.bytes, 0, carried->count, all);
        free(all);
    }
    records_free(read);
    records_free(carried);
}
