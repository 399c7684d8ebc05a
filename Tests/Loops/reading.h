/// Reads files with the loops, as the store does, but for what is folded and how numbers are read.
#pragma once

#include "contacts.h"
#include "internal.h"

static const uint8_t *fold_page(uint32_t page) {
    static uint8_t pages[0x1100][256 * 8];
    uint8_t *entries = pages[page];
    if (entries[8 * 255]) return entries;
    for (uint32_t index = 0; index < 256; index++) {
        uint32_t scalar = page << 8 | index;
        uint8_t *out = entries + 8 * index;
        if (scalar < 0x80) {
            *out = 1;
            int is_capital = scalar >= 'A' && scalar <= 'Z';
            out[1] = (uint8_t)(scalar == '\n' ? ' ' : is_capital ? scalar | 0x20 : scalar);
        } else {
            *out = 2;
            out[1] = (uint8_t)(0xC0 | (scalar >> 6 & 0x1F));
            out[2] = (uint8_t)(0x80 | (scalar & 0x3F));
        }
    }
    return entries;
}

static size_t number(const uint8_t *text, size_t length, uint8_t *out) {
    memcpy(out, "+4912345678", 11);
    return length > 3 && *text == '0' ? 11 : 0;
}

/// Reads a text in pieces of random sizes; null where it is no list of contacts.
static struct records *read_all(
    const uint8_t *text, size_t size, uint64_t seed) {
    struct records_helpers helpers = {fold_page, number};
    struct records_reader *reader = records_begin(helpers, seed, 1, 1000);
    size_t at = 1, window = 100 + below(4000);
    enum records_outcome outcome;
    do {
        size_t length = size - at < window ? size - at : window, used = 0;
        uint8_t *piece = calloc(length + RECORDS_PADDING, 1);
        memcpy(piece, text + at, length);
        outcome = records_read(reader, piece, length, at, at + length == size, &used);
        free(piece);
        at += used;
        if (outcome == RECORDS_MORE && used == 0) window *= 2;
    } while (outcome == RECORDS_MORE);
    struct records *records = records_finish(reader);
    if (outcome == RECORDS_DONE) return records;
    records_free(records);
    return NULL;
}
