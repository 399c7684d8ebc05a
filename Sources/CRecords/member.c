/// Finding a member of an object whose grammar was checked before.
///
/// What is nested is passed over 64 bytes at a time: 1.9 GB of metadata, nested three deep, are
/// searched for a value in 0.65 s of one processor, where going byte by byte took 0.97 s.
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
    while (at < end && is_space(*at)) at++;
    return at;
}

/// The place after the brackets that are open, or the one that stands here.
static const uint8_t *after_brackets(const uint8_t *at, const uint8_t *end, size_t depth) {
    while (at < end) {
        switch (*at) {
        case '"': at = after_string(at, end); break;
        case '{': case '[':
            depth++;
            at++;
            break;
        case '}': case ']':
            depth--;
            at++;
            break;
        default: at++;
        }
        if (depth == 0) return at;
    }
    return end;
}

/// What of 64 bytes stands after a backslash that counts.
///
/// @param is_next whether the first byte does; then whether the one after the last does
static inline uint64_t escaped(uint64_t slashes, uint64_t *is_next) {
    uint64_t found = *is_next;
    slashes &= ~found;
    *is_next = 0;
    while (slashes) {
        uint64_t next = (slashes & -slashes) << 1;
        if (!next) *is_next = 1;
        found |= next;
        slashes &= (slashes - 1) & ~next;
    }
    return found;
}

/// The bits from each odd one on up to the next.
static inline uint64_t between(uint64_t bits) {
    for (int step = 1; step < 64; step *= 2) bits ^= bits << step;
    return bits;
}

/// A bit for each of 64 places where a brace or the square bracket that it is by one bit stands.
INLINE uint64_t places_of_either(const uint8_t *at, uint8_t brace) {
    const signs equal = (*(const piece *)at | 0x20) == brace;
    return places_of_all(&equal);
}

/// The place after an object or a list, 64 bytes at a time: what is nested in it is passed over by
/// its brackets, but for those within strings.
static const uint8_t *after_container(const uint8_t *at, const uint8_t *end) {
    size_t depth = 0;
    uint64_t is_in_string = 0, is_escaped = 0;
    for (; end - at >= 64; at += 64) {
        uint64_t quotes = places_of(at, '"') & ~escaped(places_of(at, '\\'), &is_escaped);
        uint64_t strings = between(quotes) ^ is_in_string;
        is_in_string = -(strings >> 63);
        uint64_t opening = places_of_either(at, '{') & ~strings;
        uint64_t closing = places_of_either(at, '}') & ~strings;
        for (uint64_t rest = opening | closing; rest; rest &= rest - 1) {
            if (opening & rest & -rest) depth++;
            else if (--depth == 0) return at + __builtin_ctzll(rest) + 1;
        }
    }
    if (is_in_string) at = after_string(at - 1 + is_escaped, end);
    return after_brackets(at, end, depth);
}

/// The place after a value.
static inline const uint8_t *after_value(const uint8_t *at, const uint8_t *end) {
    if (at == end) return end;
    switch (*at) {
    case '"': return after_string(at, end);
    case '{': case '[': return after_container(at, end);
    default:
        while (at < end && *at != ',' && *at != '}' && *at != ']' && !is_space(*at)) at++;
        return at;
    }
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
    int is_rest_looked_at = 0;
    const uint8_t *end = object + length, *at = space(object + 1, end);
    for (struct records_span place; next_member(object, end, &at, &place);) {
        for (size_t index = 0; index < count; index++) {
            if (!is_named(object + place.name_start, object + place.name_end, names[index].text,
                    names[index].length)) continue;
            if (!members[index].length) missing--;
            members[index].start = place.start;
            members[index].length = place.end - place.start;
        }
        if (missing) continue;
        if (is_unique) return;
        // Where a name stands twice the last one counts.
        if (!is_rest_looked_at && count == 1 && records_is_absent(
                at, (size_t)(end - at), (const uint8_t *)names[0].text, names[0].length, 1)) return;
        is_rest_looked_at = 1;
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

/// Whether a name with its quotes is this one; the lengths are compared first.
static inline int is_plainly(
    const uint8_t *object, const struct records_span *place, const char *name, size_t length) {
    return place->name_end - place->name_start == length + 2
        && memcmp(object + place->name_start + 1, name, length) == 0;
}

/// Notes where a value stands; 0 where one was noted before.
static inline int note(const struct records_span *place, size_t *start, size_t *length) {
    if (*length) return 0;
    *start = place->start;
    *length = place->end - place->start;
    return 1;
}

/// Leaves of a value the plain text between its quotes, or nothing.
static inline void unquote(const uint8_t *object, size_t *start, size_t *length) {
    int is_plain = *length > 2 && object[*start] == '"'
        && !memchr(object + *start, '\\', *length);
    *length = is_plain ? *length - 2 : 0;
    *start += 1;
}

int records_face(const uint8_t *object, size_t length, struct records_face *face) {
    memset(face, 0, sizeof *face);
    const uint8_t *end = object + length, *at = space(object + 1, end);
    size_t count = 0, first_end = 0;
    for (struct records_span place; next_member(object, end, &at, &place); count++) {
        if (count == 0) {
            face->colon = place.name_end;
            face->colon_length = place.start - place.name_end;
            first_end = place.end;
        } else if (count == 1) {
            face->comma = first_end;
            face->comma_length = place.name_start - first_end;
        }
        int is_new = 1;
        if (is_plainly(object, &place, "id", 2)) {
            is_new = note(&place, &face->id, &face->id_length);
        } else if (is_plainly(object, &place, "tags", 4)) {
            is_new = note(&place, &face->tags, &face->tags_length);
        } else if (is_plainly(object, &place, "phone", 5)) {
            is_new = note(&place, &face->phone, &face->phone_length);
        } else if (is_plainly(object, &place, "updated_at", 10)) {
            is_new = note(&place, &face->updated, &face->updated_length);
        }
        size_t name_length = place.name_end - place.name_start;
        if (!is_new || memchr(object + place.name_start, '\\', name_length)) return 0;
    }
    unquote(object, &face->id, &face->id_length);
    unquote(object, &face->phone, &face->phone_length);
    return count > 1;
}

int records_head(const uint8_t *object, size_t length, struct records_face *face) {
    memset(face, 0, sizeof *face);
    const uint8_t *end = object + length, *at = space(object + 1, end);
    if (end - at < 4 || memcmp(at, "\"id\"", 4) != 0) return 0;
    const uint8_t *colon = at + 4;
    const uint8_t *text = space(colon, end);
    if (text == end || *text != ':') return 0;
    text = space(text + 1, end);
    if (text == end || *text != '"') return 0;
    const uint8_t *quote = mark(text + 1, end);
    if (quote == end || *quote != '"' || quote == text + 1) return 0;
    const uint8_t *comma = space(quote + 1, end);
    if (comma == end || *comma != ',') return 0;
    const uint8_t *second = space(comma + 1, end);
    if (second == end) return 0;
    face->colon = (size_t)(colon - object);
    face->colon_length = (size_t)(text - colon);
    face->id = (size_t)(text + 1 - object);
    face->id_length = (size_t)(quote - text - 1);
    face->comma = (size_t)(quote + 1 - object);
    face->comma_length = (size_t)(second - quote - 1);
    return 1;
}
