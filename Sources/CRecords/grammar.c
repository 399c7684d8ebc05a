/// The grammar of RFC 8259, value by value, and UTF-8 in the same pass.
///
/// Sixteen bytes of a string are looked at in one step. Every read stops at the 0 that stands
/// after the last byte, since no value may hold one.
#include "internal.h"

#ifdef __SSE2__
/// A bit for each of sixteen bytes that is a quote, a backslash, a control or not ASCII.
static inline unsigned marks(const uint8_t *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)at);
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    // Compared as signed numbers, what is not ASCII is less than a space as well.
    __m128i other = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), other));
}
#else
static inline unsigned marks(const uint8_t *at) {
    unsigned bits = 0;
    for (int index = 0; index < 16; index++) {
        uint8_t byte = at[index];
        if (byte < ' ' || byte == '"' || byte == '\\' || byte >= 0x80) bits |= 1u << index;
    }
    return bits;
}
#endif

static const uint8_t *fail(struct records_reader *reader, const uint8_t *at) {
    reader->stop = at;
    return NULL;
}

static inline int is_trail(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/// Passes over one scalar of two to four bytes, checked by table 3-7 of the Unicode standard.
static inline const uint8_t *multibyte(const uint8_t *at) {
    uint8_t lead = at[0], second = at[1];
    if (lead < 0xC2 || !is_trail(second)) return NULL;
    if (lead < 0xE0) return at + 2;
    if (!is_trail(at[2])) return NULL;
    if (lead < 0xF0) {
        int is_wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F);
        return is_wrong ? NULL : at + 3;
    }
    if (lead > 0xF4 || !is_trail(at[3])) return NULL;
    if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return NULL;
    return at + 4;
}

static inline int is_hex(uint8_t byte) {
    uint8_t letter = byte | 0x20;
    return (byte >= '0' && byte <= '9') || (letter >= 'a' && letter <= 'f');
}

static const uint8_t *escape(const uint8_t *at) {
    switch (at[1]) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
        return at + 2;
    case 'u':
        for (int index = 2; index < 6; index++) {
            if (!is_hex(at[index])) return NULL;
        }
        return at + 6;
    default: return NULL;
    }
}

const uint8_t *records_string(struct records_reader *reader, const uint8_t *at, int *is_plain) {
    if (*at != '"') return fail(reader, at);
    at++;
    for (;;) {
        unsigned bits = marks(at);
        if (!bits) {
            at += 16;
            continue;
        }
        at += __builtin_ctz(bits);
        if (*at == '"') return at + 1;
        *is_plain = 0;
        const uint8_t *next = at;
        if (*at == '\\') {
            next = escape(at);
        } else {
            while (next && *next >= 0x80) next = multibyte(at = next);
        }
        if (!next || next == at) return fail(reader, at);
        at = next;
    }
}

static const uint8_t *digits(struct records_reader *reader, const uint8_t *at) {
    if (*at < '0' || *at > '9') return fail(reader, at);
    while (*at >= '0' && *at <= '9') at++;
    return at;
}

static const uint8_t *number(struct records_reader *reader, const uint8_t *at) {
    if (*at == '-') at++;
    if (*at == '0' && at[1] >= '0' && at[1] <= '9') return fail(reader, at);
    at = digits(reader, at);
    if (at && *at == '.') at = digits(reader, at + 1);
    if (at && (*at | 0x20) == 'e') {
        at++;
        if (*at == '+' || *at == '-') at++;
        at = digits(reader, at);
    }
    return at;
}

static const uint8_t *word(struct records_reader *reader, const uint8_t *at, struct value *value) {
    if (memcmp(at, "null", 4) == 0) {
        value->kind = NOTHING;
        return at + 4;
    }
    value->kind = WORD;
    if (memcmp(at, "true", 4) == 0) return at + 4;
    if (memcmp(at, "false", 5) == 0) return at + 5;
    return fail(reader, at);
}

/// Passes over a value that holds no others.
static inline const uint8_t *scalar(
    struct records_reader *reader, const uint8_t *at, struct value *value) {
    switch (*at) {
    case '"':
        value->kind = TEXT;
        value->is_plain = 1;
        return records_string(reader, at, &value->is_plain);
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
    case '8': case '9':
        value->kind = NUMBER;
        return number(reader, at);
    default: return word(reader, at, value);
    }
}

/// Passes over a name and its colon.
static inline const uint8_t *name(struct records_reader *reader, const uint8_t *at) {
    int is_plain;
    at = records_string(reader, at, &is_plain);
    if (!at) return NULL;
    at = skip_space(at);
    return *at == ':' ? skip_space(at + 1) : fail(reader, at);
}

/// Passes over an array or an object and all that is in it.
static const uint8_t *container(struct records_reader *reader, const uint8_t *at) {
    size_t depth = 0, limit = reader->depth_limit - reader->depth - 1;
    struct value inner;
    for (;;) {
        // A value begins here.
        if (*at == '{' || *at == '[') {
            if (depth == limit) return fail(reader, at);
            uint8_t close = *at + 2;
            reader->open[depth++] = close;
            at = skip_space(at + 1);
            if (*at != close) {
                if (close == '}' && !(at = name(reader, at))) return NULL;
                continue;
            }
        } else {
            at = scalar(reader, at, &inner);
            if (!at) return NULL;
            at = skip_space(at);
        }
        while (*at == reader->open[depth - 1]) {
            if (--depth == 0) return at + 1;
            at = skip_space(at + 1);
        }
        if (*at != ',') return fail(reader, at);
        at = skip_space(at + 1);
        if (reader->open[depth - 1] == '}' && !(at = name(reader, at))) return NULL;
    }
}

const uint8_t *records_value(
    struct records_reader *reader, const uint8_t *at, struct value *value) {
    value->start = at;
    if (*at == '{' || *at == '[') {
        int is_list = *at == '[';
        value->kind = is_list ? LIST : OBJECT;
        if (is_list && *skip_space(at + 1) == ']') value->kind = EMPTY_LIST;
        at = container(reader, at);
    } else {
        at = scalar(reader, at, value);
    }
    value->end = at;
    return at;
}
