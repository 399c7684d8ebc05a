/// What strings stand for: decoded, folded for searching, hashed.
#include "internal.h"

#include <stdlib.h>

static uint32_t unit(const uint8_t *at) {
    uint32_t unit = 0;
    for (int index = 2; index < 6; index++) {
        uint8_t byte = at[index];
        unit = unit << 4 | (byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10u);
    }
    return unit;
}

static uint32_t escaped(const uint8_t **at, const uint8_t *end) {
    const uint8_t *place = *at;
    *at += 2;
    switch (place[1]) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'u': break;
    default: return place[1];
    }
    *at += 4;
    uint32_t lead = unit(place);
    if (lead < 0xD800 || lead > 0xDFFF) return lead;
    if (lead > 0xDBFF || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u') return 0xFFFD;
    uint32_t trail = unit(*at);
    if (trail < 0xDC00 || trail > 0xDFFF) return 0xFFFD;
    *at += 6;
    return 0x10000 + ((lead - 0xD800) << 10) + (trail - 0xDC00);
}

uint32_t records_scalar(const uint8_t **at, const uint8_t *end) {
    const uint8_t *place = *at;
    uint32_t lead = *place;
    if (lead == '\\') return escaped(at, end);
    if (lead < 0x80) {
        *at += 1;
        return lead;
    }
    if (lead < 0xE0) {
        *at += 2;
        return (lead & 0x1F) << 6 | (place[1] & 0x3F);
    }
    if (lead < 0xF0) {
        *at += 3;
        return (lead & 0x0F) << 12 | (place[1] & 0x3Fu) << 6 | (place[2] & 0x3F);
    }
    *at += 4;
    return (lead & 0x07) << 18 | (place[1] & 0x3Fu) << 12 | (place[2] & 0x3Fu) << 6
        | (place[3] & 0x3F);
}

static uint8_t *encode(uint32_t scalar, uint8_t *out) {
    if (scalar < 0x80) {
        *out++ = (uint8_t)scalar;
        return out;
    }
    if (scalar < 0x800) {
        *out++ = (uint8_t)(0xC0 | scalar >> 6);
    } else {
        if (scalar < 0x10000) {
            *out++ = (uint8_t)(0xE0 | scalar >> 12);
        } else {
            *out++ = (uint8_t)(0xF0 | scalar >> 18);
            *out++ = (uint8_t)(0x80 | (scalar >> 12 & 0x3F));
        }
        *out++ = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
    }
    *out++ = (uint8_t)(0x80 | (scalar & 0x3F));
    return out;
}

size_t records_decode(const uint8_t *at, const uint8_t *end, uint8_t *out) {
    uint8_t *start = out;
    while (at < end) {
        if (*at == '\\') out = encode(escaped(&at, end), out);
        else *out++ = *at++;
    }
    return (size_t)(out - start);
}

static const uint64_t factor = 0x9E3779B97F4A7C15u;

static inline uint64_t mixed(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * factor;
    return hash ^ hash >> 29;
}

static inline uint32_t finished(uint64_t hash, uint64_t rest) {
    hash = (hash ^ rest) * factor;
    hash ^= hash >> 32;
    hash *= 0xD6E8FEB86659FD93u;
    return (uint32_t)(hash >> 32);
}

uint32_t records_first_of_uuid(uint64_t seed, uint32_t hash, const uint32_t *rest) {
    uint64_t word = rest[0] | (uint64_t)rest[1] << 32;
    return hash ^ finished(mixed(seed, word), rest[2]);
}

uint32_t records_hash_uuid(uint64_t seed, const struct records_uuid *uuid) {
    uint32_t hash = records_first_of_uuid(seed, uuid->first, uuid->rest);
    return hash ? hash : 1;
}

uint32_t records_hash(uint64_t seed, const uint8_t *text, size_t length) {
    struct records_uuid uuid;
    if (records_read_uuid(text, length, &uuid)) return records_hash_uuid(seed, &uuid);
    uint64_t hash = seed ^ length * factor;
    for (uint64_t word; length >= 8; text += 8, length -= 8) {
        memcpy(&word, text, 8);
        hash = mixed(hash, word);
    }
    uint64_t rest = 0;
    for (size_t index = 0; index < length; index++) rest = rest << 8 | text[index];
    uint32_t result = finished(hash, rest);
    return result ? result : 1;
}

static inline uint8_t lower(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

static inline const uint8_t *folded(struct folding *folding, uint32_t scalar) {
    const uint8_t **page = &folding->pages[scalar >> 8];
    if (!*page) *page = folding->make_page(scalar >> 8);
    return *page + (scalar & 0xFF) * 8;
}

uint8_t *records_fold(
    struct folding *folding, const uint8_t *at, size_t length, int is_plain, uint8_t *out) {
    if (is_plain) {
        copy_lower(at, length, out);
        return out + length;
    }
    for (const uint8_t *end = at + length; at < end;) {
        if (*at < 0x80 && *at != '\\') {
            *out++ = lower(*at++);
        } else {
            const uint8_t *entry = folded(folding, records_scalar(&at, end));
            memcpy(out, entry + 1, 7);
            out += entry[0];
        }
    }
    return out;
}
