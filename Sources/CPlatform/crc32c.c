/// CRC-32C by the processor's own instruction where it has one, else by tables.
///
/// The instruction takes eight bytes and answers three cycles later, so three stretches of bytes
/// are taken at once and put together: 440 MB in 0.03 s, by tables 0.25 s.
#include "platform.h"

#include <pthread.h>
#include <string.h>

/// Eight tables, so that eight bytes are taken in one step (Kounavis and Berry, 2005).
static uint32_t tables[8][256];
static pthread_once_t tables_made = PTHREAD_ONCE_INIT;

static void make_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
        tables[0][byte] = crc;
    }
    for (uint32_t byte = 0; byte < 256; byte++) {
        for (int table = 1; table < 8; table++) {
            uint32_t crc = tables[table - 1][byte];
            tables[table][byte] = crc >> 8 ^ tables[0][crc & 0xFF];
        }
    }
}

static uint32_t by_tables(uint32_t crc, const uint8_t *bytes, size_t length) {
    pthread_once(&tables_made, make_tables);
    for (; length >= 8; bytes += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        word ^= crc;
        crc = 0;
        for (int index = 0; index < 8; index++) crc ^= tables[7 - index][word >> 8 * index & 0xFF];
    }
    while (length--) crc = crc >> 8 ^ tables[0][(crc ^ *bytes++) & 0xFF];
    return crc;
}

#ifdef __x86_64__
#include <nmmintrin.h>

/// The bytes of one of the three stretches.
#define STRETCH 1024

/// What so many zeros make of each byte of a checksum.
static uint32_t shifts[4][256];

static pthread_once_t shifts_made = PTHREAD_ONCE_INIT;

__attribute__((target("sse4.2"))) static void make_shifts(void) {
    for (int bit = 0; bit < 32; bit++) {
        uint64_t crc = 1u << bit;
        for (int index = 0; index < STRETCH; index += 8) crc = _mm_crc32_u64(crc, 0);
        shifts[bit / 8][1 << bit % 8] = (uint32_t)crc;
    }
    for (int table = 0; table < 4; table++) {
        for (int byte = 1; byte < 256; byte++) {
            int lowest = byte & -byte;
            shifts[table][byte] = shifts[table][byte ^ lowest] ^ shifts[table][lowest];
        }
    }
}

static inline uint32_t shifted(uint64_t crc) {
    return shifts[0][crc & 0xFF] ^ shifts[1][crc >> 8 & 0xFF] ^ shifts[2][crc >> 16 & 0xFF]
        ^ shifts[3][crc >> 24 & 0xFF];
}

__attribute__((target("sse4.2"))) static uint32_t by_instruction(
    uint32_t start, const uint8_t *bytes, size_t length) {
    uint64_t crc = start, words[3];
    if (length >= 3 * STRETCH) pthread_once(&shifts_made, make_shifts);
    for (; length >= 3 * STRETCH; bytes += 3 * STRETCH, length -= 3 * STRETCH) {
        uint64_t second = 0, third = 0;
        for (size_t index = 0; index < STRETCH; index += 8) {
            memcpy(&words[0], bytes + index, 8);
            memcpy(&words[1], bytes + STRETCH + index, 8);
            memcpy(&words[2], bytes + 2 * STRETCH + index, 8);
            crc = _mm_crc32_u64(crc, words[0]);
            second = _mm_crc32_u64(second, words[1]);
            third = _mm_crc32_u64(third, words[2]);
        }
        crc = shifted(shifted(crc) ^ second) ^ third;
    }
    for (; length >= 8; bytes += 8, length -= 8) {
        memcpy(&words[0], bytes, 8);
        crc = _mm_crc32_u64(crc, words[0]);
    }
    while (length--) crc = _mm_crc32_u8((uint32_t)crc, *bytes++);
    return (uint32_t)crc;
}
#endif

uint32_t platform_crc32c(uint32_t crc, const uint8_t *bytes, size_t length) {
#ifdef __x86_64__
    if (__builtin_cpu_supports("sse4.2")) return ~by_instruction(~crc, bytes, length);
#endif
    return ~by_tables(~crc, bytes, length);
}
