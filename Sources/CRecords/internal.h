/// What the parts of the reader share.
#pragma once

#include "members.h"
#include "records.h"

#include <string.h>

#define MAX_KEYS 64
#define MAX_KEY_LENGTH 30

/// The documented fields.
enum field {
    ID, PHONE, NAME, EMAIL, TAGS, METADATA, SOURCE, LOCALE, OPTED_IN, OPTED_OUT, LAST_MESSAGE,
    CREATED, UPDATED, TOTAL_MESSAGES, FIELD_COUNT, NO_FIELD = FIELD_COUNT,
};

enum kind { ABSENT = 0, TEXT = 1, NUMBER = 2, WORD = 4, NOTHING = 8, LIST = 16, OBJECT = 32,
    EMPTY_LIST = 64 };

/// A name that was met before, with its quotes, and which one followed it last.
struct key {
    uint8_t text[MAX_KEY_LENGTH + 2];
    uint8_t length;
    uint8_t next;
    uint8_t field;
    /// A bit of its own for each documented field.
    uint16_t bit;
};

/// Where a value stands.
struct value {
    const uint8_t *start;
    const uint8_t *end;
    enum kind kind;
    /// Whether it holds escapes or other than ASCII.
    int is_plain;
};

/// Texts that are each kept once, found again by hash; 0 is free.
struct interning {
    struct records_texts *texts;
    uint32_t *table;
    size_t table_size, capacity, text_capacity;
};

/// How scalars are folded, the pages as they are first met.
struct folding {
    const uint8_t *(*make_page)(uint32_t page);
    const uint8_t *pages[0x1100];
};

struct records_reader {
    struct records *records;
    struct records_helpers helpers;
    struct folding folding;
    size_t depth, depth_limit;
    size_t capacity, text_capacity;
    struct interning lists, words;
    size_t long_capacity;
    enum records_place place;
    /// Where something was not as it should be.
    const uint8_t *stop;
    struct key keys[MAX_KEYS];
    uint8_t key_count;
    struct value values[FIELD_COUNT];
    /// The documented fields whose value is of another kind than it should be.
    uint32_t wrong;
    /// Whether one of them stands twice in the record.
    int is_repeated;
    uint8_t *scratch;
    size_t scratch_capacity;
    uint8_t *open;
    int is_full;
};

/// Passes over a string whose opening quote is at `at`; null where it is none.
///
/// @param is_plain set to 0 where it holds escapes or other than ASCII
const uint8_t *records_string(struct records_reader *reader, const uint8_t *at, int *is_plain);
/// Passes over any value; null where it is none.
const uint8_t *records_value(struct records_reader *reader, const uint8_t *at, struct value *value);
/// The next scalar of a string that was passed over; half a surrogate pair counts as U+FFFD.
uint32_t records_scalar(const uint8_t **at, const uint8_t *end);
/// Writes what a string stands for as UTF-8; never longer than it is written.
size_t records_decode(const uint8_t *at, const uint8_t *end, uint8_t *out);
/// Writes folded text, at most seven bytes for each byte of it, and six more.
///
/// @param is_plain whether it is ASCII without escapes
/// @return its end
uint8_t *records_fold(
    struct folding *folding, const uint8_t *at, size_t length, int is_plain, uint8_t *out);
/// Makes ready to keep texts once; 0 where there is no memory.
int records_intern_begin(struct interning *interning, struct records_texts *texts);
/// The number of a text, never 0; where it was not met before it is kept. 0 where there is no
/// memory.
uint32_t records_intern(
    struct interning *interning, uint64_t seed, const uint8_t *text, size_t length);
/// Makes room for `wanted` more entries of `size` bytes in the array whose address stands at
/// `place`; 0 where there is no memory.
int records_grow(void *place, size_t size, size_t count, size_t wanted, size_t *capacity);
/// Memory for much at once that is soon given back by `free`; null where there is none.
void *records_room(size_t count, size_t size);
/// Asks for memory that is not filled yet to be given in large pages, as far as it fills them.
void records_favour_large_pages(void *start, size_t bytes);
/// Makes room for so many more records in every column; 0 where there is no memory.
int records_reserve(struct records_reader *reader, size_t wanted);
/// What a column of timestamps, or the one of numbers, holds for a value.
int32_t records_instant(const struct value *value);
int32_t records_amount(const struct value *value);
/// Notes a record whose values are known; 0 where there is no memory.
int records_note(
    struct records_reader *reader, const uint8_t *object, size_t start, size_t length);

/// A UUID (RFC 9562): its first four bytes, and the others.
struct records_uuid {
    uint32_t first, rest[3];
};

/// The bytes of its text.
#define RECORDS_UUID_LENGTH 36

/// Reads a UUID in small letters, as it is mostly written; 0 where it is none.
int records_read_uuid(const uint8_t *text, size_t length, struct records_uuid *uuid);
void records_write_uuid(const struct records_uuid *uuid, uint8_t *text);
/// The hash of a UUID's text; never 0.
uint32_t records_hash_uuid(uint64_t seed, const struct records_uuid *uuid);
/// The first four bytes of a UUID, told by its hash and the others.
uint32_t records_first_of_uuid(uint64_t seed, uint32_t hash, const uint32_t *rest);

/// Keeps the id of a record in its place, where ids are kept, or begins to; 0 where there is no
/// memory.
///
/// @param start where the record begins in the file
/// @param uuid its id; null where that is no UUID
int records_keep_id(
    struct records_reader *reader, size_t index, const uint8_t *object, size_t start,
    size_t length, const struct records_uuid *uuid);
/// Where those of `longs` begin that are a record or stand behind it.
size_t records_long_at(const struct records *records, size_t record);
/// Notes how long a record is; 0 where there is no memory.
int records_note_length(struct records_reader *reader, size_t index, size_t length);

/// The name of a member that is looked for.
struct member_name {
    const char *text;
    size_t length;
};

/// Where a value stands in its object; the length is 0 where there is none.
struct member {
    size_t start;
    size_t length;
};

/// So many bytes of JSON take less time to be looked through for a name than to be passed over.
#define RECORDS_MUCH 512

/// Whether no member in some JSON, however deep, has a name; 0 where one may, or there is little.
///
/// @param is_whole whether names that only begin so do not count
int records_is_absent(
    const uint8_t *at, size_t length, const uint8_t *name, size_t name_length, int is_whole);

/// Finds the values that count for some plain names in an object that is known to be JSON.
///
/// @param is_unique whether no name stands twice, so that there is no need to look further
void records_members(
    const uint8_t *object, size_t length, const struct member_name *names, size_t count,
    int is_unique, struct member *members);

#ifdef __SSE2__
#include <emmintrin.h>

/// Whether both begin with the same bytes, at most 32; 32 of both may be read.
static inline int is_same(const uint8_t *one, const uint8_t *other, unsigned length) {
    uint32_t bits = 0;
    for (int half = 0; half < 2; half++) {
        __m128i equal = _mm_cmpeq_epi8(
            _mm_loadu_si128((const __m128i *)one + half),
            _mm_loadu_si128((const __m128i *)other + half));
        bits |= (uint32_t)_mm_movemask_epi8(equal) << half * 16;
    }
    return (~bits & (uint32_t)(((uint64_t)1 << length) - 1)) == 0;
}

static inline void lower_sixteen(const uint8_t *from, uint8_t *to) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)from);
    __m128i capital = _mm_and_si128(
        _mm_cmpgt_epi8(bytes, _mm_set1_epi8('A' - 1)),
        _mm_cmplt_epi8(bytes, _mm_set1_epi8('Z' + 1)));
    bytes = _mm_or_si128(bytes, _mm_and_si128(capital, _mm_set1_epi8(0x20)));
    _mm_storeu_si128((__m128i *)to, bytes);
}
#else
static inline int is_same(const uint8_t *one, const uint8_t *other, unsigned length) {
    return memcmp(one, other, length) == 0;
}

static inline void lower_sixteen(const uint8_t *from, uint8_t *to) {
    for (int index = 0; index < 16; index++)
        to[index] = from[index] >= 'A' && from[index] <= 'Z' ? from[index] | 0x20 : from[index];
}
#endif

/// Copies ASCII text in lower case.
static inline void copy_lower(const uint8_t *from, size_t length, uint8_t *to) {
    size_t index = 0;
    for (; index + 16 <= length; index += 16) lower_sixteen(from + index, to + index);
    if (index < length && length >= 16) {
        lower_sixteen(from + length - 16, to + length - 16);
        return;
    }
    for (; index < length; index++)
        to[index] = from[index] >= 'A' && from[index] <= 'Z' ? from[index] | 0x20 : from[index];
}

static inline int is_space(uint8_t byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static inline const uint8_t *skip_space(const uint8_t *at) {
    while (is_space(*at)) at++;
    return at;
}

static inline const uint8_t *next_line(const uint8_t *at) {
#ifdef __SSE2__
    // The text ends with padding, and a line with a line feed.
    for (;; at += 16) {
        __m128i equal = _mm_cmpeq_epi8(
            _mm_loadu_si128((const __m128i *)at), _mm_set1_epi8('\n'));
        unsigned bits = (unsigned)_mm_movemask_epi8(equal);
        if (bits) return at + __builtin_ctz(bits) + 1;
    }
#else
    while (*at != '\n') at++;
    return at + 1;
#endif
}

/// The text of a record that is compared; its length.
static inline size_t records_line_of(
    const uint8_t *text, const uint32_t *ends, size_t record, enum records_line line,
    const uint8_t **start) {
    const uint8_t *at = text + (record ? ends[record - 1] : 0), *end = text + ends[record];
    if (line != RECORDS_WHOLE_TEXT) {
        for (int passed = 0; passed < (int)line; passed++) at = next_line(at);
        end = next_line(at) - 1;
    }
    *start = at;
    return (size_t)(end - at);
}

#define INLINE static inline __attribute__((always_inline))

/// Whether the bit of a record is set.
INLINE int has_bit(const uint64_t *bits, size_t record) {
    return bits[record >> 6] >> (record & 63) & 1;
}

typedef uint8_t piece __attribute__((vector_size(64), aligned(1)));
typedef _Bool bits __attribute__((ext_vector_type(64)));

typedef __typeof__((piece){0} == 0) signs;

/// A bit for each of 64 places where a sign is set.
INLINE uint64_t places_of_all(const signs *wanted) {
    bits equal = __builtin_convertvector(*wanted, bits);
    uint64_t places;
    memcpy(&places, &equal, sizeof places);
    return places;
}

/// The highest of some bits; none where there is none.
INLINE uint64_t highest(uint64_t bits) {
    return bits ? (uint64_t)1 << (63 - __builtin_clzll(bits)) : 0;
}

/// A bit for each of 64 places where `byte` stands.
INLINE uint64_t places_of(const uint8_t *at, uint8_t byte) {
    const signs equal = *(const piece *)at == byte;
    return places_of_all(&equal);
}

/// A bit for each line feed among the last 64 bytes of a record's text, but for those that end the
/// phone and its digits: the highest is where the email ends, the one before where the name does.
INLINE uint64_t feeds_before_phone(const uint8_t *end) {
    uint64_t feeds = places_of(end - 64, '\n') ^ (uint64_t)1 << 63;
    return feeds ^ highest(feeds);
}

/// What is compiled a second time for processors that compare 32 bytes at a time, as nearly all of
/// ten years do, and whether this is one of them.
#ifdef __x86_64__
#define WIDE __attribute__((target("avx2,bmi,lzcnt,popcnt")))
static inline int is_wide(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("lzcnt");
}
#endif
