/// Values within metadata, as they stand in the file.
#pragma once

#include "internal.h"

/// Where a record's metadata begins, and how far it may reach, from the beginning of its object;
/// the length is 0 where there is none.
struct member records_metadata_place(
    const struct records *records, const uint8_t *object, size_t record);

/// The value at the end of a path into a record's metadata, from the beginning of its object; the
/// length is 0 where there is none.
struct member records_metadata(
    const struct records *records, const uint8_t *object, size_t record,
    const struct records_path *path);

/// A number of at most 18 signs: its digits, and how many of them stand behind the point.
struct decimal {
    int64_t digits;
    int places;
};

enum reading {
    A_NUMBER,
    /// Nothing that begins so is one.
    NOT_A_NUMBER,
    /// A longer number, one with an exponent, or none after all.
    UNREAD,
};

enum reading records_decimal(const uint8_t *at, size_t length, struct decimal *decimal);
