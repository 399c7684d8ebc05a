/// Finding a member of an object whose grammar was checked before.
#include "internal.h"

/// The next quote or backslash of a string.
static inline const uint8_t *mark(const uint8_t *at, const uint8_t *end) {
#ifdef __SSE2__
    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
        __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        unsigned bits = (unsigned)_mm_movemask_epi8(_mm_or_si128(quote, slash));
        if (bits) return at + __builtin_ctz(bits);
        at += 16;
    }
#endif
    while (at < end && *at != '"' && *at != '\\') at++;
    return at;
}

/// The place after a string.
static inline const uint8_t *after_string(const uint8_t *at, const uint8_t *end) {
    for (at = mark(at + 1, end); at < end && *at == '\\'; at = mark(at + 2, end)) {
        if (end - at < 2) return end;
    }
    return at < end ? at + 1 : end;
}

static inline const uint8_t *space(const uint8_t *at, const uint8_t *end) {
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++;
    return at;
}

/// The place after a value.
static const uint8_t *after_value(const uint8_t *at, const uint8_t *end) {
    size_t depth = 0;
    while (at < end) {
        switch (*at) {
        case '"': at = after_string(at, end); break;
        case '{': case '[':
            depth++;
            at++;
            continue;
        case '}': case ']':
            if (depth == 0) return at;
            depth--;
            at++;
            break;
        case ',': case ' ': case '\n': case '\r': case '\t':
            if (depth == 0) return at;
            at++;
            continue;
        default: at++; continue;
        }
        if (depth == 0) return at;
    }
    return end;
}

static int is_named(
    const uint8_t *at, const uint8_t *end, const char *name, size_t length) {
    size_t written = (size_t)(end - at) - 2;
    if (written == length) return memcmp(at + 1, name, length) == 0;
    if (written < length || !memchr(at + 1, '\\', written)) return 0;
    uint8_t text[512];
    if (written > sizeof text) return 0;
    return records_decode(at + 1, end - 1, text) == length && memcmp(text, name, length) == 0;
}

/// Passes over a member; 0 where there is none.
static inline int next_member(
    const uint8_t *object, const uint8_t *end, const uint8_t **at, struct records_span *place) {
    if (*at >= end || **at != '"') return 0;
    const uint8_t *name_end = after_string(*at, end);
    const uint8_t *value = space(name_end, end);
    if (value >= end) return 0;
    value = space(value + 1, end);
    const uint8_t *value_end = after_value(value, end);
    place->name_start = (size_t)(*at - object);
    place->name_end = (size_t)(name_end - object);
    place->start = (size_t)(value - object);
    place->end = (size_t)(value_end - object);
    *at = space(value_end, end);
    if (*at < end && **at == ',') *at = space(*at + 1, end);
    return 1;
}

void records_members(
    const uint8_t *object, size_t length, const struct member_name *names, size_t count,
    int is_unique, struct member *members) {
    memset(members, 0, count * sizeof *members);
    size_t missing = count;
    const uint8_t *end = object + length, *at = space(object + 1, end);
    for (struct records_span place; next_member(object, end, &at, &place);) {
        for (size_t index = 0; index < count; index++) {
            if (!is_named(object + place.name_start, object + place.name_end, names[index].text,
                    names[index].length)) continue;
            if (!members[index].length) missing--;
            members[index].start = place.start;
            members[index].length = place.end - place.start;
        }
        if (is_unique && !missing) return;
    }
}

size_t records_outline(
    const uint8_t *object, size_t length, struct records_span *places, size_t capacity) {
    size_t count = 0;
    const uint8_t *end = object + length, *at = space(object + 1, end);
    for (struct records_span place; next_member(object, end, &at, &place); count++) {
        if (count < capacity) places[count] = place;
    }
    return count;
}

size_t records_member(
    const uint8_t *object, size_t object_length, const uint8_t *name, size_t name_length,
    size_t *start) {
    struct member_name names[1] = {{(const char *)name, name_length}};
    struct member member;
    records_members(object, object_length, names, 1, 0, &member);
    *start = member.start;
    return member.length;
}
