/// Finding bytes in the folded text of records.
///
/// A record's text mostly fits into 64 bytes, so each record is asked in one or two steps: the
/// two bytes of the needle that are rarest in the text are compared at 64 places at once, and
/// needles of up to two bytes are answered by that alone. There is no branch whose outcome
/// depends on the text, so a letter that everybody has costs as little as one that nobody has.
/// At 1,000,000 contacts (54 MB of text) any needle takes 5 ms to 9 ms of a processor.
#include "internal.h"

#define INLINE static inline __attribute__((always_inline))

typedef uint8_t piece __attribute__((vector_size(64), aligned(1)));
typedef _Bool bits __attribute__((ext_vector_type(64)));

/// A bit for each of 64 places where `byte` stands.
INLINE uint64_t places_of(const uint8_t *at, uint8_t byte) {
    bits equal = __builtin_convertvector(*(const piece *)at == byte, bits);
    uint64_t places;
    memcpy(&places, &equal, sizeof places);
    return places;
}

enum { COMPARED = 3 };

/// A needle, and where its rarest bytes stand in it.
struct needle {
    const uint8_t *text;
    size_t length;
    /// Three places where there are as many, the rarest first.
    size_t places[COMPARED];
    uint8_t bytes[COMPARED];
    /// Its first bytes, at most eight, and which bits of them count.
    uint64_t beginning, mask;
    /// A bit for each line that counts.
    unsigned lines;
};

INLINE uint64_t eight_bytes(const uint8_t *at) {
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

static struct needle prepare(
    const struct records *records, const uint8_t *text, size_t length, unsigned lines) {
    struct needle needle = {.text = text, .length = length, .lines = lines};
    memcpy(&needle.beginning, text, length < 8 ? length : 8);
    memset(&needle.mask, 0xFF, length < 8 ? length : 8);
    uint32_t frequency[256] = {0};
    size_t sample = records->text_count < 16384 ? records->text_count : 16384;
    for (size_t index = 0; index < sample; index++) frequency[records->text[index]]++;
    for (size_t found = 0; found < COMPARED && found < length; found++) {
        // What was found once counts as so common that it is found again only for want of others.
        uint32_t least = UINT32_MAX;
        for (size_t index = 0; index < length; index++) {
            int is_taken = 0;
            for (size_t place = 0; place < found; place++)
                is_taken |= needle.places[place] == index;
            if (is_taken || frequency[text[index]] >= least) continue;
            least = frequency[text[index]];
            needle.places[found] = index;
        }
        needle.bytes[found] = text[needle.places[found]];
        frequency[needle.bytes[found]] += 1 << 20;
    }
    return needle;
}

/// The places of the lines that count, among 64 of which some are ends of lines.
///
/// @param lines a bit for each line, that of the first place the lowest
INLINE uint64_t places_in(unsigned lines, uint64_t ends) {
    uint64_t second = ends & (ends - 1), third = second & (second - 1);
    uint64_t past_one = ends ^ (ends - 1), past_two = second ^ (second - 1),
             past_three = third ^ (third - 1);
    return (past_one & -(uint64_t)(lines & 1))
        | (past_two & ~past_one & -(uint64_t)(lines >> 1 & 1))
        | (past_three & ~past_two & -(uint64_t)(lines >> 2 & 1))
        | (~past_three & -(uint64_t)(lines >> 3 & 1));
}

/// Whether the needle stands at one of the places.
INLINE int stands(const uint8_t *at, uint64_t places, const struct needle *needle) {
    for (; places; places &= places - 1) {
        const uint8_t *place = at + __builtin_ctzll(places);
        if ((eight_bytes(place) ^ needle->beginning) & needle->mask) continue;
        if (needle->length <= 8 || memcmp(place, needle->text, needle->length) == 0) return 1;
    }
    return 0;
}

/// Whether the text of a record holds the needle.
///
/// @param count how many bytes of the needle are compared at once
/// @param steps counts how often 64 places were looked at
INLINE uint64_t holds(
    const uint8_t *at, const uint8_t *end, const struct needle *needle, size_t count,
    int is_any_line, size_t *steps) {
    uint64_t found = 0;
    unsigned lines = needle->lines;
    for (; end - at >= (ptrdiff_t)needle->length; at += 64) {
        size_t rest = (size_t)(end - at) - needle->length + 1;
        uint64_t places = rest < 64 ? ((uint64_t)1 << rest) - 1 : ~(uint64_t)0;
        if (!is_any_line) {
            uint64_t ends = places_of(at, '\n') & places;
            places &= places_in(lines, ends);
            if (rest > 64) lines >>= __builtin_popcountll(ends);
        }
        for (size_t place = 0; place < count; place++)
            places &= places_of(at + needle->places[place], needle->bytes[place]);
        ++*steps;
        if (count < COMPARED || needle->length == COMPARED) found |= places;
        else if (places && stands(at, places, needle)) return 1;
    }
    return found != 0;
}

/// Asks the candidates that 64 bits stand for.
INLINE uint64_t ask(
    const struct records *records, uint64_t candidates, size_t first, const struct needle *needle,
    size_t count, int is_any_line, size_t *steps) {
    const uint32_t *ends = records->text_ends + first;
    uint64_t found = 0;
    for (; candidates; candidates &= candidates - 1) {
        int bit = __builtin_ctzll(candidates);
        uint32_t start = first + (size_t)bit ? ends[bit - 1] : 0;
        found |= holds(records->text + start, records->text + ends[bit], needle, count, is_any_line,
                     steps)
            << bit;
    }
    return found;
}

INLINE size_t search(
    const struct records *records, const struct needle *needle, const uint64_t *candidates,
    uint64_t *found) {
    size_t steps = 0, length = needle->length;
    for (size_t first = 0; first < records->count; first += 64) {
        uint64_t rest = candidates[first / 64], *into = &found[first / 64];
        if (needle->lines != RECORDS_ANY_LINE) {
            if (length == 1) *into |= ask(records, rest, first, needle, 1, 0, &steps);
            else if (length == 2) *into |= ask(records, rest, first, needle, 2, 0, &steps);
            else *into |= ask(records, rest, first, needle, COMPARED, 0, &steps);
        } else if (length == 1) {
            *into |= ask(records, rest, first, needle, 1, 1, &steps);
        } else if (length == 2) {
            *into |= ask(records, rest, first, needle, 2, 1, &steps);
        } else {
            *into |= ask(records, rest, first, needle, COMPARED, 1, &steps);
        }
    }
    return steps;
}

#ifdef __x86_64__
/// The same for processors that compare 32 bytes at a time, as nearly all of ten years do.
__attribute__((target("avx2,bmi,popcnt"))) static size_t wide_search(
    const struct records *records, const struct needle *needle, const uint64_t *candidates,
    uint64_t *found) {
    return search(records, needle, candidates, found);
}
#endif

size_t records_search(
    const struct records *records, const uint8_t *text, size_t length, unsigned lines,
    const uint64_t *candidates, uint64_t *found) {
    if (length == 0 || length > records->text_count) return 0;
    struct needle needle = prepare(records, text, length, lines);
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) return wide_search(records, &needle, candidates, found);
#endif
    return search(records, &needle, candidates, found);
}
