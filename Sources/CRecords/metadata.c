/// Questions about a value within metadata, put to the bytes of the records as they stand in the
/// file.
///
/// Where the metadata begins is known from reading; what is asked for mostly is no number, or one
/// of few digits, or a word in plain text, and is answered here. At 1,000,000 contacts that takes
/// 0.2 s, most of it for reading the file again, where decoding every value took 0.8 s to 1.6 s.
#include "metadata.h"

struct member records_metadata_place(
    const struct records *records, const uint8_t *object, size_t record) {
    struct member place = {records->metadata[record], 0};
    if (place.start == RECORDS_FAR) {
        const struct member_name name = {"metadata", 8};
        records_members(object, records_length(records, record), &name, 1, 0, &place);
    } else if (place.start) {
        place.length = records_length(records, record) - place.start;
    }
    return place;
}

struct member records_metadata(
    const struct records *records, const uint8_t *object, size_t record,
    const struct records_path *path) {
    const struct member none = {0, 0};
    struct member place = records_metadata_place(records, object, record);
    if (!place.length) return none;
    // However the path is parted into names, one of them begins with its first key.
    if (records_is_absent(
            object + place.start, place.length, path->text, path->ends[0], path->count == 1))
        return none;
    size_t start = 0, end = path->ends[path->count - 1];
    for (size_t key = 0; key < path->count; key++) {
        const uint8_t *inner = object + place.start;
        if (*inner != '{') return none;
        const char *text = (const char *)path->text + start;
        const struct member_name names[2] = {{text, end - start}, {text, path->ends[key] - start}};
        struct member found[2];
        int is_last = key + 1 == path->count;
        records_members(inner, place.length, names, is_last ? 1 : 2, 0, found);
        if (found[0].length) {
            found[0].start += place.start;
            return found[0];
        }
        if (is_last || !found[1].length) return none;
        place.start += found[1].start;
        place.length = found[1].length;
        start = path->ends[key] + 1;
    }
    return none;
}

enum reading records_decimal(const uint8_t *at, size_t length, struct decimal *decimal) {
    const uint8_t *end = at + length;
    int is_negative = length > 0 && *at == '-';
    at += is_negative;
    if (at == end || *at < '0' || *at > '9') return NOT_A_NUMBER;
    if (length > 18 || (*at == '0' && end - at > 1 && at[1] != '.')) return UNREAD;
    const uint8_t *point = NULL;
    int64_t digits = 0;
    for (; at < end; at++) {
        if (*at == '.' && !point && end - at > 1) point = at;
        else if (*at >= '0' && *at <= '9') digits = digits * 10 + (*at - '0');
        else return UNREAD;
    }
    decimal->digits = is_negative ? -digits : digits;
    decimal->places = point ? (int)(end - point) - 1 : 0;
    return A_NUMBER;
}

static __int128 scaled(int64_t digits, int places) {
    __int128 number = digits;
    while (places-- > 0) number *= 10;
    return number;
}

/// Which outcome of a comparison is the case, a bit.
static unsigned compare(struct decimal left, struct decimal right) {
    __int128 one = scaled(left.digits, right.places), other = scaled(right.digits, left.places);
    return one < other ? RECORDS_LESS : one > other ? RECORDS_GREATER : RECORDS_EQUAL;
}

enum answer { NO, YES, OTHER };

/// A test whose number was read.
struct question {
    const struct records_test *test;
    struct decimal number;
    int is_read;
};

static enum answer compared(const struct question *question, const uint8_t *value, size_t length) {
    if (*value == '[') return OTHER;
    if (*value == '"') {
        if (memchr(value, '\\', length)) return OTHER;
        value++;
        length -= 2;
    }
    struct decimal number;
    switch (records_decimal(value, length, &number)) {
    case NOT_A_NUMBER: return NO;
    case UNREAD: return OTHER;
    case A_NUMBER: break;
    }
    if (!question->is_read) return OTHER;
    return compare(number, question->number) & question->test->wanted ? YES : NO;
}

/// The text of a value that is ASCII without escapes, which folding makes lower case.
struct plain {
    uint8_t bytes[256];
    size_t length;
};

/// Reads it; 0 of what is longer, or other text.
static int read_plain(const uint8_t *value, size_t length, struct plain *text) {
    if (*value == '"') {
        value++;
        length -= 2;
    }
    if (length > sizeof text->bytes) return 0;
    int is_plain = 1;
    for (size_t index = 0; index < length; index++)
        is_plain &= value[index] < 0x80 && value[index] != '\\';
    copy_lower(value, length, text->bytes);
    text->length = length;
    return is_plain;
}

static enum answer held(const struct question *question, const uint8_t *value, size_t length) {
    struct plain text;
    if (*value == 'n' || *value == '{') return NO;
    if (*value == '[' || !read_plain(value, length, &text)) return OTHER;
    const uint8_t *wanted = question->test->text;
    size_t count = question->test->text_length;
    for (size_t place = 0; place + count <= text.length; place++) {
        if (text.bytes[place] == *wanted && memcmp(text.bytes + place, wanted, count) == 0)
            return YES;
    }
    return NO;
}

/// Compares text with text; a number stands in no way to it.
static enum answer compared_text(
    const struct question *question, const uint8_t *value, size_t length) {
    struct plain text;
    if (*value == '[') return OTHER;
    if (*value != '"' && *value != 't' && *value != 'f') return NO;
    if (!read_plain(value, length, &text)) return OTHER;
    const struct records_test *test = question->test;
    size_t least = text.length < test->text_length ? text.length : test->text_length;
    int order = memcmp(text.bytes, test->text, least);
    if (order == 0) order = (text.length > least) - (test->text_length > least);
    unsigned outcome = order < 0 ? RECORDS_LESS : order > 0 ? RECORDS_GREATER : RECORDS_EQUAL;
    return outcome & test->wanted ? YES : NO;
}

static enum answer answer(const struct question *question, const uint8_t *value, size_t length) {
    enum records_question asked = question->test->question;
    if (!length) return asked == RECORDS_IS_BLANK ? YES : NO;
    switch (asked) {
    case RECORDS_IS_THERE: return YES;
    case RECORDS_HAS_TEXT: return *value == 'n' || *value == '{' ? NO : OTHER;
    case RECORDS_IS_BLANK:
        if (*value == '[' || *value == '{') return OTHER;
        return *value == 'n' || (*value == '"' && length == 2) ? YES : NO;
    case RECORDS_COMPARES: return compared(question, value, length);
    case RECORDS_COMPARES_TEXT: return compared_text(question, value, length);
    case RECORDS_HOLDS: return held(question, value, length);
    }
    return OTHER;
}

void records_ask(
    const struct records *records, const uint8_t *bytes, size_t offset, size_t first, size_t count,
    const struct records_path *path, const struct records_test *test, const uint64_t *candidates,
    uint64_t *found, uint64_t *others) {
    struct question question = {.test = test};
    question.is_read = test->question == RECORDS_COMPARES
        && records_decimal(test->text, test->text_length, &question.number) == A_NUMBER;
    for (size_t record = first; record < first + count; record++) {
        uint64_t bit = (uint64_t)1 << (record & 63);
        if (!(candidates[record >> 6] & bit)) continue;
        const uint8_t *object = bytes + (records->starts[record] - offset);
        struct member value = records_metadata(records, object, record, path);
        switch (answer(&question, object + value.start, value.length)) {
        case NO: break;
        case YES: found[record >> 6] |= bit; break;
        case OTHER: others[record >> 6] |= bit; break;
        }
    }
}
