/// Texts that many records share, each kept once: lists of tags, sources, locales.
#include "internal.h"

#include <stdlib.h>

int records_intern_begin(struct interning *interning, struct records_texts *texts) {
    interning->texts = texts;
    texts->ends = calloc(64, sizeof(size_t));
    if (!texts->ends) return 0;
    interning->capacity = 64;
    texts->count = 1;
    return 1;
}

static size_t slot_of(const struct interning *interning, uint64_t seed, const uint8_t *text,
    size_t length) {
    return records_hash(seed, text, length) & (interning->table_size - 1);
}

static int grow_table(struct interning *interning, uint64_t seed) {
    struct records_texts *texts = interning->texts;
    if (texts->count * 2 < interning->table_size) return 1;
    size_t old = interning->table_size;
    size_t size = old ? old * 4 : 1024;
    while (texts->count * 2 >= size) size *= 4;
    uint32_t *table = calloc(size, sizeof *table);
    if (!table) return 0;
    free(interning->table);
    interning->table = table;
    interning->table_size = size;
    for (size_t number = 1; number < texts->count; number++) {
        size_t start = texts->ends[number - 1];
        size_t slot = slot_of(interning, seed, texts->text + start, texts->ends[number] - start);
        while (table[slot]) slot = (slot + 1) & (size - 1);
        table[slot] = (uint32_t)number;
    }
    return 1;
}

static int add(struct interning *interning, const uint8_t *text, size_t length) {
    struct records_texts *texts = interning->texts;
    size_t used = texts->ends[texts->count - 1];
    if (!records_grow(&texts->text, 1, used, length, &interning->text_capacity)) return 0;
    if (!records_grow(&texts->ends, sizeof(size_t), texts->count, 1, &interning->capacity))
        return 0;
    memcpy(texts->text + used, text, length);
    texts->ends[texts->count++] = used + length;
    return 1;
}

uint32_t records_intern(
    struct interning *interning, uint64_t seed, const uint8_t *text, size_t length) {
    if (!grow_table(interning, seed)) return 0;
    const struct records_texts *texts = interning->texts;
    size_t slot = slot_of(interning, seed, text, length);
    for (uint32_t number; (number = interning->table[slot]);) {
        size_t start = texts->ends[number - 1];
        if (texts->ends[number] - start == length
            && memcmp(texts->text + start, text, length) == 0) return number;
        slot = (slot + 1) & (interning->table_size - 1);
    }
    uint32_t number = (uint32_t)texts->count;
    if (!add(interning, text, length)) return 0;
    interning->table[slot] = number;
    return number;
}
