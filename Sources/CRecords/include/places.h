/// Where hashes stand in a column of them.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The first place from `place` on where a hash stands; `count` where there is none.
size_t records_next_place(const uint32_t *hashes, size_t count, uint32_t hash, size_t place);

/// Marks for very many hashes: a bit for each value of their lower bits.
#define RECORDS_MARK_BYTES (1 << 15)

/// Sets the mark of a hash.
void records_mark(uint8_t *marks, uint32_t hash);

/// The first place from `place` on where a hash stands whose mark is set, which few others share;
/// `count` where there is none.
size_t records_next_marked(
    const uint32_t *hashes, size_t count, const uint8_t *marks, size_t place);

/// Sorts the places of a column of hashes into buckets by the hashes' upper bits; a hash of 0
/// stands for nothing and is left out.
///
/// @param shift how many lower bits count for nothing, 0 to 32
/// @param starts `buckets` + 2 zeros, which become the starts of the buckets: bucket `b` ends
///   where the next one starts
/// @param places room for `count`
void records_buckets(
    const uint32_t *hashes, size_t count, uint32_t shift, uint32_t *starts, size_t buckets,
    uint32_t *places);
