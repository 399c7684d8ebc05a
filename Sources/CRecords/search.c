/// Finding bytes in the folded text of all records.
///
/// The two bytes of the needle that are rarest in the text are compared at sixteen places in one
/// step; only where both are right the rest is looked at.
#include "internal.h"

#ifdef __SSE2__
/// A bit for each of sixteen places where both bytes are right.
static inline unsigned both(const uint8_t *one, const uint8_t *other, const uint8_t bytes[2]) {
    __m128i first = _mm_cmpeq_epi8(
        _mm_loadu_si128((const __m128i *)one), _mm_set1_epi8((char)bytes[0]));
    __m128i second = _mm_cmpeq_epi8(
        _mm_loadu_si128((const __m128i *)other), _mm_set1_epi8((char)bytes[1]));
    return (unsigned)_mm_movemask_epi8(_mm_and_si128(first, second));
}
#else
static inline unsigned both(const uint8_t *one, const uint8_t *other, const uint8_t bytes[2]) {
    unsigned bits = 0;
    for (int index = 0; index < 16; index++) {
        if (one[index] == bytes[0] && other[index] == bytes[1]) bits |= 1u << index;
    }
    return bits;
}
#endif

/// A needle, and where its two rarest bytes stand in it.
struct needle {
    const uint8_t *text;
    size_t length;
    size_t places[2];
    uint8_t bytes[2];
};

static struct needle prepare(
    const struct records *records, const uint8_t *text, size_t length) {
    uint32_t frequency[256] = {0};
    size_t sample = records->text_count < 16384 ? records->text_count : 16384;
    for (size_t index = 0; index < sample; index++) frequency[records->text[index]]++;
    size_t rarest = 0;
    for (size_t index = 1; index < length; index++) {
        if (frequency[text[index]] < frequency[text[rarest]]) rarest = index;
    }
    size_t second = rarest;
    for (size_t index = 0; index < length; index++) {
        if (text[index] == text[rarest]) continue;
        if (second == rarest || frequency[text[index]] < frequency[text[second]]) second = index;
    }
    struct needle needle = {text, length, {rarest, second}, {text[rarest], text[second]}};
    return needle;
}

/// Which line of its record a place is in.
static enum records_line line_at(const uint8_t *start, const uint8_t *place) {
    int line = 0;
    while (start < place) line += *start++ == '\n';
    return line;
}

/// Whether a line may count for the one that is asked for.
static inline int counts(
    enum records_line wanted, const uint8_t *start, const uint8_t *place, const uint8_t *end) {
    if (wanted == RECORDS_ANY_LINE) return 1;
    enum records_line line = line_at(start, place);
    // An empty last line means that the phone itself is digits.
    int is_digits = end[-2] == '\n' && wanted == RECORDS_DIGITS_LINE;
    return line == (is_digits ? RECORDS_PHONE_LINE : wanted);
}

size_t records_search(
    const struct records *records, const uint8_t *text, size_t length, enum records_line line,
    uint64_t *bits) {
    const uint32_t *ends = records->text_ends;
    size_t record = 0, place = 0, steps = 0;
    if (length == 0 || length > records->text_count) return 0;
    struct needle needle = prepare(records, text, length);
    size_t last = records->text_count - length;
    while (place <= last) {
        const uint8_t *at = records->text + place;
        unsigned found = both(at + needle.places[0], at + needle.places[1], needle.bytes);
        size_t next = place + 16;
        steps++;
        for (; found; found &= found - 1) {
            size_t hit = place + (size_t)__builtin_ctz(found);
            if (hit > last) break;
            if (memcmp(records->text + hit, text, length) != 0) continue;
            while (ends[record] <= hit) record++;
            const uint8_t *start = records->text + (record ? ends[record - 1] : 0);
            const uint8_t *end = records->text + ends[record];
            if (!counts(line, start, records->text + hit, end)) continue;
            bits[record >> 6] |= (uint64_t)1 << (record & 63);
            next = ends[record++];
            break;
        }
        place = next;
    }
    return steps;
}
