/// What records are sorted by that no column holds: the id, or a value within metadata, written
/// so that its bytes compare as the values do.
///
/// At 1,000,000 contacts this takes 0.1 s of one processor or 0.05 s of two, most of it for
/// reading the file again; decoding every value took 2 s to 3 s.
#include "metadata.h"

#include <stdlib.h>

struct records_gathering {
    const struct records *records;
    const struct records_path *path;
    size_t first;
    struct records_keys keys;
    size_t text_capacity, text_count;
    struct folding folding;
};

/// Signs that go before a value: numbers go before text.
enum { NUMBERS = 2, TEXTS = 3 };

struct records_gathering *records_gather_begin(
    const struct records *records, const struct records_path *path, size_t first,
    const uint8_t *(*fold_page)(uint32_t page)) {
    struct records_gathering *gathering = calloc(1, sizeof *gathering);
    if (!gathering) return NULL;
    gathering->records = records;
    gathering->path = path;
    gathering->first = first;
    gathering->folding.make_page = fold_page;
    gathering->keys.ends = malloc((records->count - first + 1) * sizeof(uint32_t));
    if (gathering->keys.ends
        && records_grow(&gathering->keys.text, 1, 0, RECORDS_PADDING, &gathering->text_capacity))
        return gathering;
    records_gather_free(gathering);
    return NULL;
}

/// The sign, how many digits stand before the point, then the digits from the first that is not
/// 0 to the last; of what is less than 0 all that the other way round.
static uint8_t *write_number(struct decimal number, uint8_t *out) {
    if (number.digits == 0) {
        *out++ = 1;
        return out;
    }
    int is_negative = number.digits < 0;
    uint64_t rest = (uint64_t)(is_negative ? -number.digits : number.digits);
    while (rest % 10 == 0) {
        rest /= 10;
        number.places--;
    }
    uint8_t digits[20], mask = is_negative ? 0xFF : 0;
    int count = 0;
    for (; rest; rest /= 10) digits[count++] = (uint8_t)(rest % 10 + 1);
    *out++ = is_negative ? 0 : 2;
    *out++ = (uint8_t)(128 + count - number.places) ^ mask;
    while (count) *out++ = digits[--count] ^ mask;
    if (is_negative) *out++ = 0xFF;
    return out;
}

static uint8_t *write_text(
    struct records_gathering *gathering, const uint8_t *at, size_t length, uint8_t *out) {
    int is_plain = 1;
    for (size_t index = 0; index < length; index++)
        is_plain &= at[index] < 0x80 && at[index] != '\\';
    uint8_t *start = out;
    *out++ = TEXTS;
    out = records_fold(&gathering->folding, at, length, is_plain, out);
    return out == start + 1 ? start : out;
}

/// Writes the key of a value; null where only the decoded value tells.
static uint8_t *write_key(
    struct records_gathering *gathering, const uint8_t *value, size_t length, uint8_t *out) {
    if (!length || *value == 'n') return out;
    struct decimal number;
    switch (*value) {
    case '"': return write_text(gathering, value + 1, length - 2, out);
    case 't': case 'f':
        return gathering->path ? write_text(gathering, value, length, out) : out;
    case '{': return out;
    case '[': return gathering->path ? NULL : out;
    default:
        if (!gathering->path) return write_text(gathering, value, length, out);
        if (records_decimal(value, length, &number) != A_NUMBER) return NULL;
        *out++ = NUMBERS;
        return write_number(number, out);
    }
}

static struct member value_of(
    const struct records_gathering *gathering, const uint8_t *object, size_t record) {
    const struct records *records = gathering->records;
    if (gathering->path) return records_metadata(records, object, record, gathering->path);
    const struct member_name name = {"id", 2};
    struct member value;
    int is_unique = !(records->flags[record] & RECORDS_REPEATS);
    records_members(object, records_length(records, record), &name, 1, is_unique, &value);
    return value;
}

int records_gather(
    struct records_gathering *gathering, const uint8_t *bytes, size_t offset, size_t count,
    uint64_t *others) {
    const struct records *records = gathering->records;
    struct records_keys *keys = &gathering->keys;
    for (size_t end = keys->count + count; keys->count < end; keys->count++) {
        size_t record = gathering->first + keys->count;
        const uint8_t *object = bytes + (records->starts[record] - offset);
        struct member value = value_of(gathering, object, record);
        // Folded text is never longer than seven bytes for each byte of it.
        size_t most = 8 * value.length + RECORDS_PADDING + 64;
        if (!records_grow(&keys->text, 1, gathering->text_count, most, &gathering->text_capacity))
            return 0;
        uint8_t *start = keys->text + gathering->text_count;
        uint8_t *out = write_key(gathering, object + value.start, value.length, start);
        if (!out) others[record >> 6] |= (uint64_t)1 << (record & 63);
        else gathering->text_count += (size_t)(out - start);
        if (gathering->text_count > UINT32_MAX) return 0;
        keys->ends[keys->count] = (uint32_t)gathering->text_count;
    }
    // A sort looks beyond the end.
    memset(keys->text + gathering->text_count, 0, RECORDS_PADDING);
    return 1;
}

int records_gather_join(
    struct records_gathering *gathering, const struct records_gathering *next) {
    struct records_keys *keys = &gathering->keys;
    size_t before = gathering->text_count, length = next->text_count;
    if (before + length > UINT32_MAX) return 0;
    if (!records_grow(
            &keys->text, 1, before, length + RECORDS_PADDING, &gathering->text_capacity)) return 0;
    memcpy(keys->text + before, next->keys.text, length + RECORDS_PADDING);
    for (size_t index = 0; index < next->keys.count; index++)
        keys->ends[keys->count++] = (uint32_t)before + next->keys.ends[index];
    gathering->text_count += length;
    return 1;
}

const struct records_keys *records_gathered(const struct records_gathering *gathering) {
    return &gathering->keys;
}

void records_gather_free(struct records_gathering *gathering) {
    if (!gathering) return;
    free(gathering->keys.text);
    free(gathering->keys.ends);
    free(gathering);
}
