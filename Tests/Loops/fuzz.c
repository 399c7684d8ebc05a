/// Throws random files, whole and broken, at the loops of `CRecords`, and compares what they
/// answer with the plainest way to find it out. Built with sanitizers by `run`, which sees every
/// byte that is read or written beyond its place.
#include "absence.h"
#include "carrying.h"
#include "members.h"
#include "metadata.h"
#include "order.h"
#include "outline.h"

#include <stdio.h>
#include <stdlib.h>

static long whole, noted;

static uint64_t *bits_of(const struct records *records, int fill) {
    uint64_t *bits = calloc(records->count / 64 + 1, sizeof *bits);
    for (size_t record = 0; record < records->count && fill; record++) {
        if (fill == 1 || below(3)) bits[record / 64] |= (uint64_t)1 << record % 64;
    }
    return bits;
}

static const uint8_t *text_of(const struct records *records, size_t record, size_t *length) {
    size_t start = record ? records->text_ends[record - 1] : 0;
    *length = records->text_ends[record] - start;
    return records->text + start;
}

static int holds(
    const struct records *records, size_t record, const uint8_t *needle, size_t length,
    unsigned lines) {
    size_t size;
    const uint8_t *text = text_of(records, record, &size);
    unsigned line = 0;
    for (size_t place = 0; place + length <= size; place++) {
        if (lines >> line & 1 && memcmp(text + place, needle, length) == 0) return 1;
        line += text[place] == '\n';
    }
    return 0;
}

static int holds_wanted(
    const struct records *records, size_t record, const struct records_needle *wanted) {
    if (wanted->length && holds(records, record, wanted->text, wanted->length, wanted->lines))
        return 1;
    return wanted->digit_count
        && holds(records, record, wanted->digits, wanted->digit_count, RECORDS_IN_DIGITS);
}

static size_t digits_of(const uint8_t *needle, size_t length, uint8_t *digits) {
    size_t count = 0;
    for (size_t place = 0; place < length; place++) {
        if (needle[place] >= '0' && needle[place] <= '9') digits[count++] = needle[place];
    }
    return count;
}

static void search(const struct records *records) {
    static const unsigned lines[] = {
        RECORDS_ANY_LINE, RECORDS_IN_NAME, RECORDS_IN_EMAIL, RECORDS_IN_PHONE, RECORDS_IN_DIGITS};
    if (!records->text_count) return;
    size_t start = below(records->text_count), length = 1 + below(below(4) ? 5 : 90);
    if (length > records->text_count - start) return;
    uint8_t *needle = malloc(length), *digits = malloc(length);
    memcpy(needle, records->text + start, length);
    if (below(3) == 0) needle[below(length)] = 'a';
    if (!memchr(needle, '\n', length)) {
        struct records_needle wanted = {needle, length, lines[below(5)], NULL, 0};
        if (below(3)) wanted.digit_count = digits_of(needle, length, digits);
        if (wanted.digit_count) wanted.digits = digits;
        if (wanted.lines == RECORDS_IN_DIGITS) wanted.digit_count = 0;
        uint64_t *candidates = bits_of(records, 1 + (int)below(2)), *found = bits_of(records, 0);
        records_search(records, wanted, candidates, found);
        for (size_t record = 0; record < records->count; record++) {
            int expected = has(candidates, record) && holds_wanted(records, record, &wanted);
            if (expected != has(found, record)) fail("a search");
        }
        free(candidates);
        free(found);
    }
    free(needle);
    free(digits);
}

static int compare(
    const uint8_t *one, size_t length, const uint8_t *other, size_t other_length) {
    size_t least = length < other_length ? length : other_length;
    int order = memcmp(one, other, least);
    return order ? order : (length > other_length) - (length < other_length);
}

static const uint8_t *next_feed(const uint8_t *at) {
    while (*at != '\n') at++;
    return at;
}

static const uint8_t *line_of(
    const uint8_t *text, const uint32_t *ends, size_t record, int line, size_t *length) {
    const uint8_t *at = text + (record ? ends[record - 1] : 0), *end = text + ends[record];
    for (int passed = 0; passed < line; passed++) at = next_feed(at) + 1;
    if (line >= 0) end = next_feed(at);
    *length = (size_t)(end - at);
    return at;
}

static void check_order(
    const uint8_t *text, const uint32_t *ends, size_t count, int line, int is_descending,
    const int32_t *before, const int32_t *order) {
    size_t *places = calloc(count + 1, sizeof *places);
    for (size_t place = 0; place < count; place++) places[before[place]] = place;
    for (size_t place = 1; place < count; place++) {
        size_t left, right;
        const uint8_t *one = line_of(text, ends, (size_t)order[place - 1], line, &left);
        const uint8_t *other = line_of(text, ends, (size_t)order[place], line, &right);
        int result = compare(one, left, other, right);
        if (is_descending) result = -result;
        if (!left || !right) result = (left == 0) - (right == 0);
        if (result > 0 || (result == 0 && places[order[place - 1]] > places[order[place]]))
            fail("an order");
    }
    free(places);
}

static void sort(const uint8_t *text, const uint32_t *ends, size_t count, int line) {
    int32_t *order = malloc((count + 1) * sizeof *order);
    int32_t *before = malloc((count + 1) * sizeof *order);
    for (size_t place = 0; place < count; place++) order[place] = (int32_t)place;
    for (size_t place = count; place > 1; place--) {
        size_t other = below(place);
        int32_t number = order[other];
        order[other] = order[place - 1];
        order[place - 1] = number;
    }
    memcpy(before, order, count * sizeof *order);
    int is_descending = (int)below(2);
    records_sort(text, ends, count, line, is_descending, order);
    check_order(text, ends, count, line, is_descending, before, order);
    free(order);
    free(before);
}

/// What stands around a record in an order is compared with all of that order.
static void look(const struct records *records, enum records_line line) {
    size_t count = 0, first = 0, reach = 1 + below(40);
    int is_descending = (int)below(2);
    uint64_t *candidates = bits_of(records, 1 + (int)below(2));
    int32_t *order = malloc((records->count + 1) * sizeof *order);
    int32_t *found = malloc(2 * reach * sizeof *found);
    for (size_t record = 0; record < records->count; record++) order[record] = (int32_t)record;
    records_sort(records->text, records->text_ends, records->count, line, is_descending, order);
    for (size_t place = 0; place < records->count; place++) {
        if (has(candidates, (size_t)order[place])) order[count++] = order[place];
    }
    int32_t around = below(4) && count ? order[below(count)] : -1;
    size_t written = records_window(
        records, line, is_descending, candidates, around, reach, &first, found);
    if (written && (first + written > count || memcmp(order + first, found, 4 * written) != 0))
        fail("a window");
    size_t size, own = count;
    for (size_t place = 0; around >= 0 && place < count; place++) {
        if (order[place] == around) own = place;
    }
    if (around < 0) own = 0;
    else line_of(records->text, records->text_ends, (size_t)around, (int)line, &size);
    size_t from = own < reach ? 0 : own - reach, to = own + reach < count ? own + reach : count;
    int is_told = count && (around < 0 || size);
    if (written != (is_told ? to - from : 0) || (written && first != from)) fail("its size");
    free(candidates);
    free(order);
    free(found);
}

/// What is expected of a value by its bytes alone, ASCII in lower case.
static int is_text(const struct records_test *test, const uint8_t *value, size_t length) {
    if (!length || *value == 'n' || *value == '{') return 0;
    int is_string = *value == '"', is_word = *value == 't' || *value == 'f', holds = 0;
    uint8_t *text = malloc(length);
    for (size_t place = 0; place < length; place++) {
        uint8_t byte = value[place];
        text[place] = byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
    }
    const uint8_t *inner = text + is_string;
    size_t count = length - 2 * (size_t)is_string;
    if (test->question == RECORDS_HOLDS) {
        for (size_t place = 0; place + test->text_length <= count; place++)
            holds |= memcmp(inner + place, test->text, test->text_length) == 0;
    } else if (is_string || is_word) {
        int order = compare(inner, count, test->text, test->text_length);
        unsigned outcome = order < 0 ? RECORDS_LESS : order ? RECORDS_GREATER : RECORDS_EQUAL;
        holds = (outcome & test->wanted) != 0;
    }
    free(text);
    return holds;
}

/// What is told of texts in metadata is compared with that; of whom only Swift can tell is passed
/// over.
static void check_text(
    const struct records *records, const uint8_t *file, const struct records_path *path,
    const struct records_test *test, const uint64_t *candidates, const uint64_t *found,
    const uint64_t *others) {
    for (size_t record = 0; record < records->count; record++) {
        const uint8_t *object = file + records->starts[record];
        struct member value = records_metadata(records, object, record, path);
        if (has(found, record) && has(others, record)) fail("an answer");
        if (has(others, record)) continue;
        int expected = has(candidates, record) && is_text(test, object + value.start, value.length);
        if (has(found, record) != expected) fail("a text in metadata");
    }
}

static void ask(const struct records *records, const uint8_t *file) {
    static const char *const texts[] = {"9", "9.50", "-0.3", "10", "0", "a", "ab", "1e", "ru"};
    size_t ends[] = {1, 3};
    struct records_path path = {(const uint8_t *)"o.k", ends, 2};
    if (below(2)) path = (struct records_path){(const uint8_t *)"k", ends, 1};
    enum records_question question = (enum records_question)below(6);
    const char *written = texts[below(question >= RECORDS_COMPARES_TEXT ? 9 : 5)];
    struct records_test test = {
        question, 1 + (unsigned)below(7), (const uint8_t *)written, strlen(written)};
    uint64_t *candidates = bits_of(records, 2), *found = bits_of(records, 0),
             *others = bits_of(records, 0);
    records_ask(records, file, 0, 0, records->count, &path, &test, candidates, found, others);
    if (question >= RECORDS_COMPARES_TEXT)
        check_text(records, file, &path, &test, candidates, found, others);
    const struct records_path *sorted = below(2) ? &path : NULL;
    struct records_gathering *gathering = records_gather_begin(records, sorted, 0, fold_page);
    if (records_gather(gathering, file, 0, records->count, others)) {
        const struct records_keys *keys = records_gathered(gathering);
        sort(keys->text, keys->ends, keys->count, RECORDS_WHOLE_TEXT);
        check_parts(records, file, sorted, fold_page, keys);
    }
    records_gather_free(gathering);
    check_keys(records, file, candidates);
    for (size_t record = 0; record < records->count; record++)
        check_outline(file + records->starts[record], records_length(records, record));
    free(candidates);
    free(found);
    free(others);
}

static void judge(const struct records *records) {
    uint64_t *candidates = bits_of(records, 2), *found = bits_of(records, 0),
             *others = bits_of(records, 0);
    int32_t least = (int32_t)below(1 << 30), most = least + (int32_t)below(1 << 30);
    const int32_t *column = records->numbers[below(RECORDS_NUMBERS)];
    records_between(records, column, least, most, candidates, found, others);
    for (size_t record = 0; record < records->count; record++) {
        int expected = column[record] >= least && column[record] <= most;
        if (has(found, record) != (expected && has(candidates, record))) fail("a range");
    }
    int32_t *order = malloc((records->count + 1) * sizeof *order);
    uint32_t *keys = malloc((records->count + 1) * sizeof *keys);
    for (size_t record = 0; record < records->count; record++) order[record] = (int32_t)record;
    records_number_keys(column, records->count, (int)below(2), keys);
    records_sort_keys(keys, records->count, order);
    for (size_t place = 1; place < records->count; place++) {
        uint32_t left = keys[order[place - 1]], right = keys[order[place]];
        if (left > right || (left == right && order[place - 1] > order[place])) fail("a ranking");
    }
    free(order);
    free(keys);
    free(candidates);
    free(found);
    free(others);
}

static void play(struct text *text) {
    text->count = 0;
    put(text, "[");
    are_alike = below(8) == 0;
    have_uuids = below(2) == 0;
    size_t count = below(8) ? below(40) : below(400), most_words = below(3) ? 0 : 250;
    for (size_t index = 0; index < count; index++) {
        if (index) put(text, ",");
        size_t start = text->count, long_size = RECORDS_LONG - 2 + below(5);
        int is_long = below(30) == 0;
        put_contact(text);
        if (!most_words) continue;
        text->count--;
        put(text, ",\"note\":\"");
        for (size_t words = below(most_words); words; words--) put(text, "lorem ipsum ");
        if (is_long && start + long_size < sizeof text->bytes) {
            while (text->count + 2 < start + long_size) put(text, "x");
        }
        put(text, "\"}");
    }
    put(text, "]");
    if (below(3) == 0) {
        for (size_t times = 1 + below(3); times; times--) {
            text->bytes[below(text->count)] = (uint8_t)next();
        }
    }
    if (text->bytes[0] != '[') return;
    uint8_t *file = malloc(text->count);
    memcpy(file, text->bytes, text->count);
    struct records *records = read_all(file, text->count, next());
    if (records) {
        whole++;
        for (int times = 0; times < 12; times++) search(records);
        for (int line = 0; line < 3; line++)
            sort(records->text, records->text_ends, records->count, line);
        for (int times = 0; times < 6; times++) look(records, (enum records_line)below(3));
        ask(records, file);
        judge(records);
        if (records->count) {
            uint64_t *candidates = bits_of(records, 2);
            noted += note_ids(records, file, candidates);
            carry(records, file);
            free(candidates);
        }
        records_free(records);
    }
    free(file);
}

int main(int count, char **arguments) {
    static struct text text;
    long rounds = count > 1 ? atol(arguments[1]) : 1000;
    for (long round = 0; round < rounds; round++) {
        state = (uint64_t)round;
        play(&text);
        check_absence(&text);
    }
    check_unkept();
    printf(
        "%ld random files read, %ld of them whole, searched and sorted, ids of %ld noted, "
        "%ld ids kept\n",
        rounds, whole, noted, kept);
    return whole > rounds / 2 && noted > rounds / 16 && kept > rounds / 64 ? 0 : 1;
}
